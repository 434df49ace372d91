package io.vivace.audio;

import io.vivace.BadRequest;
import io.vivace.TooLittleMemory;
import io.vivace.file.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads WAV files: integers of 8, 16, 24 and 32 bits, floating point of 32 and 64, plain, extensible and RF64. Integers are divided by
 * 2^(bits-1), so they come out in -1…1. Nothing that the file says about its sizes is believed before it was held against the file's
 * real length.
 */
public final class WavReader {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path path;
    private final FileChannel channel;

    private WavReader(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * The whole sound of a file.
     *
     * @throws BadRequest      if there is no such file, it is no WAV file, is damaged, or of a kind not listed above
     * @throws TooLittleMemory if its samples do not fit into the heap
     */
    public static Clip read(Path path) {
        if (!Files.exists(path)) throw new BadRequest(path + ": there is no such file; check the name.");
        if (!Files.isRegularFile(path)) throw new BadRequest(path + " is a folder, a pipe or a device; give the name of a WAV file.");
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new WavReader(path, channel).clip();
        } catch (IOException e) {
            throw new BadRequest(path + " cannot be read (" + Reason.of(e) + "); check the file and its permissions.", e);
        }
    }

    private Clip clip() throws IOException {
        WavLayout layout = WavLayout.of(path, channel);
        long bytes = layout.frames() * layout.channels() * Float.BYTES;
        Runtime runtime = Runtime.getRuntime();
        long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
        if (bytes > free || layout.frames() > Integer.MAX_VALUE - 8) {
            throw new TooLittleMemory(path + " needs " + (bytes >> 20) + " MB as samples, but only " + (free >> 20)
                    + " MB of heap are free; cut the file shorter.");
        }
        var samples = new float[layout.channels()][(int) layout.frames()];
        read(layout, samples);
        return new Clip(samples, layout.sampleRate());
    }

    private void read(WavLayout layout, float[][] samples) throws IOException {
        int block = layout.channels() * layout.sampleBytes();
        int blocks = Math.max(1, BUFFER_BYTES / block);
        ByteBuffer buffer = ByteBuffer.allocate(blocks * block).order(ByteOrder.LITTLE_ENDIAN);
        for (int frame = 0; frame < samples[0].length; ) {
            int count = Math.min(blocks, samples[0].length - frame);
            fill(buffer.clear().limit(count * block), layout.dataOffset() + (long) frame * block);
            for (int end = frame + count; frame < end; frame++) {
                for (float[] one : samples) one[frame] = finite(sample(layout, buffer), layout, frame);
            }
        }
    }

    /** Fills the buffer from an offset of the file. */
    private void fill(ByteBuffer buffer, long offset) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new BadRequest(path + " became shorter while it was read, at byte " + (offset + buffer.position()) + "; try again.");
            }
        }
        buffer.flip();
    }

    private static float sample(WavLayout layout, ByteBuffer b) {
        if (layout.floating()) return layout.sampleBytes() == 4 ? b.getFloat() : (float) b.getDouble();
        return switch (layout.sampleBytes()) {
            case 1 -> ((b.get() & 0xFF) - 128) / 128f;
            case 2 -> b.getShort() / 32768f;
            case 3 -> (b.getShort() & 0xFFFF | b.get() << 16) / 8388608f;
            default -> b.getInt() / 2147483648f;
        };
    }

    private float finite(float sample, WavLayout layout, int frame) {
        if (Float.isFinite(sample)) return sample;
        long offset = layout.dataOffset() + (long) frame * layout.channels() * layout.sampleBytes();
        throw new BadRequest(path + ": frame " + frame + " at byte " + offset + " holds " + sample
                + ", which is not a sound; export the file again.");
    }
}
