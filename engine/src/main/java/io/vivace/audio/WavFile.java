package io.vivace.audio;

import io.vivace.file.AtomicFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A WAV file with exact sizes; RF64 when it outgrows 32-bit sizes. It appears under its name only when it is finished, and whole.
 */
public final class WavFile implements WavSink {
    private final AtomicFile file;
    private final WavHeader header;
    private final SampleEncoder encoder;

    /**
     * @param target the file to make; its folder must exist
     * @param force  whether an existing file may be replaced
     * @throws io.vivace.OutputFailed if the file exists, or cannot be made there
     */
    public WavFile(Path target, boolean force, SampleFormat format, int channels, int sampleRate) {
        // The header first: what it refuses must not leave a temporary file behind.
        this(new WavHeader(format, channels, sampleRate), target, force);
    }

    private WavFile(WavHeader header, Path target, boolean force) {
        this(AtomicFile.create(target, force), target, header);
    }

    WavFile(AtomicFile file, Path target, WavHeader header) {
        this.file = file;
        this.header = header;
        encoder = new SampleEncoder(target.toString(), header);
        file.append(header.exact(0));
    }

    /** Writes a whole clip. */
    public static void write(Clip clip, Path target, boolean force, SampleFormat format) {
        try (var file = new WavFile(target, force, format, clip.channels(), clip.sampleRate())) {
            file.write(clip);
            file.finish();
        }
    }

    @Override public void write(Clip chunk) {
        encoder.encode(chunk, file::append);
    }

    @Override public long frames() {
        return encoder.frames();
    }

    @Override public void finish() {
        boolean odd = (frames() & header.blockBytes() & 1) == 1;
        if (odd) file.append(ByteBuffer.allocate(1));
        file.overwrite(0, header.exact(frames()));
        file.commit();
    }

    @Override public void close() {
        file.close();
    }
}
