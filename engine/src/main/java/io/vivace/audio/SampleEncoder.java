package io.vivace.audio;

import io.vivace.OutputFailed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** Turns chunks into interleaved bytes, through one buffer, and counts their frames. */
final class SampleEncoder {
    private static final int BUFFER_BYTES = 1 << 16;

    private final String name;
    private final WavHeader header;
    private final ByteBuffer buffer;
    private long frames;

    /** @param name what the output is called in messages */
    SampleEncoder(String name, WavHeader header) {
        this.name = name;
        this.header = header;
        buffer = ByteBuffer.allocate(Math.max(BUFFER_BYTES, header.blockBytes())).order(ByteOrder.LITTLE_ENDIAN);
    }

    long frames() {
        return frames;
    }

    void encode(Clip chunk, Consumer<ByteBuffer> output) {
        if (chunk.channels() != header.channels() || chunk.sampleRate() != header.sampleRate()) {
            throw new IllegalArgumentException(chunk + " does not fit an output of " + header);
        }
        for (int frame = 0; frame < chunk.frames(); frame++) {
            if (buffer.remaining() < header.blockBytes()) drain(output);
            for (float[] channel : chunk.samples()) header.format().put(finite(channel[frame]), buffer);
            frames++;
        }
        drain(output);
    }

    private void drain(Consumer<ByteBuffer> output) {
        output.accept(buffer.flip());
        buffer.clear();
    }

    private float finite(float sample) {
        if (Float.isFinite(sample)) return sample;
        throw new OutputFailed(name + ": frame " + frames + " of the sound is " + sample + ", not a number that can be played; "
                + "the weights are damaged or overflow, convert them again with --dtype f32.");
    }
}
