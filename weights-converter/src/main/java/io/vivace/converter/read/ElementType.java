package io.vivace.converter.read;

import java.nio.ByteBuffer;

/** How a checkpoint stores an element; all are little endian. */
public enum ElementType {
    F64(8), F32(4), F16(2), BF16(2), I64(8), I32(4), I16(2), I8(1), U8(1), BOOL(1);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    public int bytes() {
        return bytes;
    }

    /** Whether NaN and infinities exist in it. */
    public boolean floating() {
        return ordinal() <= BF16.ordinal();
    }

    /** Widens (or, from 64 bits, rounds) {@code count} elements from the buffer's position to float32. */
    void toFloats(ByteBuffer in, float[] out, int at, int count) {
        if (this == F32) {
            in.asFloatBuffer().get(out, at, count);
            return;
        }
        int from = in.position();
        for (int i = 0; i < count; i++) {
            out[at + i] = element(in, from + i * bytes);
        }
    }

    private float element(ByteBuffer in, int at) {
        return switch (this) {
            case F64 -> (float) in.getDouble(at);
            case F32 -> in.getFloat(at);
            case F16 -> Float.float16ToFloat(in.getShort(at));
            case BF16 -> Float.intBitsToFloat(in.getShort(at) << 16);
            case I64 -> in.getLong(at);
            case I32 -> in.getInt(at);
            case I16 -> in.getShort(at);
            case I8 -> in.get(at);
            case U8 -> in.get(at) & 0xff;
            case BOOL -> in.get(at) == 0 ? 0 : 1;
        };
    }
}
