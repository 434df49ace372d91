package io.vivace;

import java.util.Locale;

/** How the GPU stores matrices, caches and what lies between fused operations. Sums are float32 always, and so is everything on the CPU. */
public enum Precision {
    /** float32 for a model file of nothing but float32, else bfloat16. */
    AUTO,
    F32,
    /** float32 matrices are rounded to bfloat16 when they are brought to the device. */
    BF16;

    /** @throws BadRequest if there is no precision of that name */
    public static Precision named(String name) {
        for (Precision precision : values()) if (precision.label().equals(name)) return precision;
        throw new BadRequest("There is no precision \"" + name + "\"; use auto, f32 or bf16.");
    }

    /** The name in options and messages. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
