package io.vivace.audio;

import io.vivace.OutputFailed;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A WAV stream of unknown length, for pipes and sockets. Every chunk is flushed, so that a player starts at once. */
public final class WavStream implements WavSink {
    private final String name;
    private final OutputStream output;
    private final SampleEncoder encoder;

    /**
     * Writes the header.
     *
     * @param name what the output is called in messages
     * @param output is flushed, but never closed
     */
    public WavStream(String name, OutputStream output, SampleFormat format, int channels, int sampleRate) {
        this.name = name;
        this.output = output;
        var header = new WavHeader(format, channels, sampleRate);
        encoder = new SampleEncoder(name, header);
        write(header.unknownLength());
        flush();
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
        return new OutputFailed(name + ": writing stopped after " + encoder.frames() + " frames (" + AtomicFile.reason(e)
                + "); check that the program reading it is still running.", e);
    }
}
