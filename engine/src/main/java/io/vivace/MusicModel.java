package io.vivace;

import io.vivace.audio.Clip;
import java.nio.file.Path;
import java.util.List;

/**
 * An open model file that composes. Safe for use by several threads: runs wait for each other, since each uses all
 * processors; what a run allocated is used again by the next run of the same shape.
 *
 * {@snippet :
 * try (var model = MusicModel.open(Path.of("musicgen.viv"))) {
 *     Clip clip = model.generate(Request.of("warm lo-fi piano").withSeconds(10).withSeed(7));
 * }
 * }
 */
public final class MusicModel implements AutoCloseable {

    private MusicModel() {}

    /** @see #open(Path, Options) */
    public static MusicModel open(Path file) {
        return open(file, Options.standard());
    }

    /**
     * Maps a model file and starts its device; no network runs yet.
     *
     * @throws ModelMissing  if there is no such file
     * @throws BadCheckpoint if it is damaged, or of a family that cannot compose
     * @throws DeviceFailed  if the device cannot be used
     */
    public static MusicModel open(Path file, Options options) {
        throw new UnsupportedOperationException();
    }

    public ModelInfo info() {
        throw new UnsupportedOperationException();
    }

    /** Composes one clip. Throws as {@link #compose}. */
    public Clip generate(Request request) {
        return generate(List.of(request)).getFirst();
    }

    /** Composes a clip a request. Throws as {@link #compose}. */
    public List<Clip> generate(List<Request> requests) {
        return compose(requests, Listener.NONE).clips();
    }

    /**
     * Composes a clip a request. Requests that agree in length, guidance and the lengths of what they continue and follow
     * go as one batch, the others one after the other; the samples do not depend on it.
     *
     * @throws BadRequest      if the model cannot serve a request
     * @throws TooLittleMemory before anything is allocated, if the plan does not fit
     * @throws Cancelled       within one step of the listener's wish
     * @throws DeviceFailed    if a network computes what is no number
     */
    public Composition compose(List<Request> requests, Listener listener) {
        throw new UnsupportedOperationException();
    }

    /** Composes one clip and gives its samples to the listener as soon as they are known. Throws as {@link #compose}. */
    public Report stream(Request request, Listener listener) {
        throw new UnsupportedOperationException();
    }

    /** What {@code batch} requests like this one need. */
    public Plan plan(Request request, int batch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
