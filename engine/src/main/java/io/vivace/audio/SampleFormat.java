package io.vivace.audio;

import java.nio.ByteBuffer;

/** How a WAV file stores one sample, little-endian. Integers round to nearest and clip at full scale; no dither, so bytes repeat. */
public enum SampleFormat {
    PCM16(2, 1) {
        @Override void put(float sample, ByteBuffer out) {
            out.putShort((short) integer(sample, 1 << 15));
        }
    },
    PCM24(3, 1) {
        @Override void put(float sample, ByteBuffer out) {
            int value = integer(sample, 1 << 23);
            out.putShort((short) value).put((byte) (value >> 16));
        }
    },
    /** IEEE float; values beyond full scale are kept as they are. */
    FLOAT32(4, 3) {
        @Override void put(float sample, ByteBuffer out) {
            out.putFloat(sample);
        }
    };

    private final int bytes;
    private final int tag;

    SampleFormat(int bytes, int tag) {
        this.bytes = bytes;
        this.tag = tag;
    }

    /** Bytes of one sample. */
    public int bytes() {
        return bytes;
    }

    /** The WAVE format tag: 1 integers, 3 floating point. */
    int tag() {
        return tag;
    }

    abstract void put(float sample, ByteBuffer out);

    /** Full scale is 2^(bits-1), the convention of the readers, so that a file read and written again keeps its bytes. */
    private static int integer(float sample, int fullScale) {
        return (int) Math.clamp(Math.rint((double) sample * fullScale), -fullScale, fullScale - 1);
    }
}
