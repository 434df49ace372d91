package io.vivace.weights;

/** The upper half of a float32. */
public final class BFloat16 {
    private BFloat16() { }

    /** Rounds to nearest, ties to even; NaN stays NaN. */
    public static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7fffffff) > 0x7f800000) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    public static float widen(short value) {
        return Float.intBitsToFloat(value << 16);
    }
}
