package io.vivace.bindings.vendor;

/** How operands and results lie in memory; sums are float32 either way. */
public enum Precision {
    /** Multiplied as float32 too, never as TF32. */
    FLOAT32(4),
    BFLOAT16(2);

    private final int bytes;

    Precision(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }
}
