package io.vivace.kernels;

/** Launches of the kernels in {@code elementwise.cu}, generated from it. */
public final class ElementwiseKernels {
    private ElementwiseKernels() {}

    public static Launch unary(String variant, Grid grid, long x, long y, int size, int kind) {
        return new Launch("elementwise", Launch.variant("unary", variant, "f32"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(size), Launch.bits(kind));
    }

    public static Launch activate(String variant, Grid grid, long x, long y, int size, int activation) {
        return new Launch("elementwise", Launch.variant("activate", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(size), Launch.bits(activation));
    }

    public static Launch affine(String variant, Grid grid, long x, long y, int size, float scale, float offset) {
        return new Launch("elementwise", Launch.variant("affine", variant, "f32"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(size), Launch.bits(scale), Launch.bits(offset));
    }

    public static Launch cast(String variant, Grid grid, long x, long y, int size) {
        return new Launch("elementwise", Launch.variant("cast", variant, "f32_bf16", "bf16_f32"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(size));
    }

    public static Launch gated(String variant, Grid grid, long x, long y, int size, int half, int activation) {
        return new Launch("elementwise", Launch.variant("gated", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(size), Launch.bits(half), Launch.bits(activation));
    }

    public static Launch guide(String variant, Grid grid, long both, long scale, long y, int size) {
        return new Launch("elementwise", Launch.variant("guide", variant, "f32"), grid, 256, 0, Launch.bits(both), Launch.bits(scale), Launch.bits(y), Launch.bits(size));
    }
}
