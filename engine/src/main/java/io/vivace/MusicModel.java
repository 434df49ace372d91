package io.vivace;

import io.vivace.audio.Clip;
import io.vivace.backend.Backend;
import io.vivace.backend.Backends;
import io.vivace.graph.BadGraph;
import io.vivace.model.Composer;
import io.vivace.model.Families;
import io.vivace.weights.ModelFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

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
    private final ModelFile file;
    private final Backend backend;
    private final Composer composer;
    private final Memory memory;
    private final ReentrantLock busy = new ReentrantLock();
    private volatile boolean closed;

    private MusicModel(ModelFile file, Backend backend, Composer composer, Memory memory) {
        this.file = file;
        this.backend = backend;
        this.composer = composer;
        this.memory = memory;
    }

    /** @see #open(Path, Options) */
    public static MusicModel open(Path file) {
        return open(file, Options.standard());
    }

    /**
     * Opens a model file and starts its device; no network runs yet.
     *
     * @throws ModelMissing  if there is no such file
     * @throws BadCheckpoint if it is damaged, or of a family that cannot compose
     * @throws DeviceFailed  if the device cannot be used
     */
    public static MusicModel open(Path path, Options options) {
        ModelFile file = ModelFile.open(path);
        Backend backend = null;
        try {
            backend = Backends.open(options, file);
            return new MusicModel(file, backend, Families.open(file.header(), file, backend, options.speculation()), Memory.of(options, backend));
        } catch (RuntimeException | Error e) {
            if (backend != null) backend.close();
            file.close();
            throw e;
        }
    }

    public ModelInfo info() {
        return composer.info();
    }

    /** Where the time went since the model was opened, if it was opened {@linkplain Options#profile to take it}. */
    public Profile profile() {
        return backend.profile();
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
     * @throws BadCheckpoint   if weights are missing, damaged or of another shape than the config says
     * @throws TooLittleMemory before anything is allocated, if the plan does not fit
     * @throws Cancelled       within one step of the listener's wish
     * @throws DeviceFailed    if a network computes what is no number
     */
    public Composition compose(List<Request> requests, Listener listener) {
        return run(requests, () -> composer.compose(requests, listener));
    }

    /** Composes one clip and gives its samples to the listener as soon as they are known. Throws as {@link #compose}. */
    public Report stream(Request request, Listener listener) {
        return run(List.of(request), () -> composer.stream(request, listener));
    }

    private <T> T run(List<Request> requests, Supplier<T> work) {
        begin();
        try {
            Plan plan = plan(requests);
            memory.demand(plan);
            try {
                return work.get();
            } catch (OutOfMemoryError e) {
                throw memory.exhausted(plan, e);
            }
        } catch (BadGraph e) {
            throw unfit(e);
        } finally {
            busy.unlock();
        }
    }

    private static BadCheckpoint unfit(BadGraph e) {
        return new BadCheckpoint("The model's weights do not fit its config: " + e.getMessage() + "; convert the model again.", e);
    }

    /** What {@code batch} requests like this one need. Throws {@link BadRequest} as {@link #compose}. */
    public Plan plan(Request request, int batch) {
        if (batch < 1) throw new BadRequest("The batch must be at least 1, not " + batch + ".");
        return plan(Collections.nCopies(batch, request));
    }

    /** What these requests need, composed by one call. Throws {@link BadRequest} as {@link #compose}. */
    public Plan plan(List<Request> requests) {
        if (closed) throw new IllegalStateException("the model is closed");
        if (requests.stream().anyMatch(Request::loop) && !composer.info().loops()) {
            throw new BadRequest("This model's clips end as they end and cannot loop; leave the loop away, or use vivace-nano.");
        }
        try {
            return composer.plan(requests);
        } catch (BadGraph e) {
            throw unfit(e);
        }
    }

    /** Waits for the run that goes on, then frees all memory. */
    @Override
    public void close() {
        begin();
        try {
            if (closed) return;
            closed = true;
            try (file; backend) {
                composer.close();
            }
        } finally {
            busy.unlock();
        }
    }

    /** Waits for other threads; a listener that calls back would meddle with the run that calls it. */
    private void begin() {
        if (busy.isHeldByCurrentThread()) throw new IllegalStateException("a listener cannot run or close the model that calls it");
        busy.lock();
    }
}
