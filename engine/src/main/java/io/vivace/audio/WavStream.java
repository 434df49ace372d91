package io.vivace.audio;

import io.vivace.OutputFailed;
import io.vivace.file.Reason;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A WAV stream for pipes and sockets, which cannot be rewound: its length is told beforehand or never. Every chunk is
 * flushed, so that a player starts at once.
 */
public final class WavStream implements WavSink {
    private final String name;
    private final OutputStream output;
    private final SampleEncoder encoder;
    private final int blockBytes;
    private final boolean exact;

    /**
     * Writes the header of a stream of unknown length.
     *
     * @param name what the output is called in messages
     * @param output is flushed, but never closed
     */
    public WavStream(String name, OutputStream output, SampleFormat format, int channels, int sampleRate) {
        this(name, output, new WavHeader(format, channels, sampleRate), -1);
    }

    private WavStream(String name, OutputStream output, WavHeader header, long frames) {
        this.name = name;
        this.output = output;
        encoder = new SampleEncoder(name, header);
        blockBytes = header.blockBytes();
        exact = frames >= 0;
        write(exact ? header.exact(frames) : header.unknownLength());
        flush();
    }

    /** A stream of so many frames: the bytes are those of a {@link WavFile}. Otherwise like the constructor. */
    public static WavStream ofFrames(long frames, String name, OutputStream output, SampleFormat format, int channels, int sampleRate) {
        return new WavStream(name, output, new WavHeader(format, channels, sampleRate), frames);
    }

    /** The process's standard output; {@link System#out} would hide that a reader has gone away. */
    public static WavStream standardOutput(SampleFormat format, int channels, int sampleRate) {
        @SuppressWarnings("resource") var output = new FileOutputStream(FileDescriptor.out);
        return new WavStream("standard output", output, format, channels, sampleRate);
    }

    @Override public void write(Clip chunk) {
        encoder.encode(chunk, this::write);
        flush();
    }

    @Override public long frames() {
        return encoder.frames();
    }

    @Override public void finish() {
        boolean odd = exact && (frames() & blockBytes & 1) == 1;
        if (odd) write(ByteBuffer.allocate(1));
        flush();
    }

    @Override public void close() {
        // what has been sent cannot be taken back, and the stream belongs to the caller
    }

    private void write(ByteBuffer bytes) {
        try {
            output.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void flush() {
        try {
            output.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private OutputFailed failed(IOException e) {
        return new OutputFailed(name + ": writing stopped after " + encoder.frames() + " frames (" + Reason.of(e)
                + "); check that the program reading it is still running.", e);
    }
}
