package io.vivace.kernels;

/** Launches of the kernels in {@code gemv.cu}, generated from it. */
public final class GemvKernels {
    private GemvKernels() {}

    public static Launch gemv(String variant, Grid grid, long x, long gamma, long beta, long panels, long scales, long bias, long residual, long y, int rows, int inputs, int outputs, int width, int xStride, int residualStride, int yStride, int norm, float epsilon, int activation) {
        return new Launch("gemv", Launch.variant("gemv", variant, "f32_f32_f32", "f32_f32_bf16", "f32_f32_int8", "bf16_bf16_f32", "bf16_bf16_bf16", "bf16_bf16_int8", "bf16_f32_f32", "bf16_f32_bf16", "bf16_f32_int8"), grid, 256, 82048, Launch.bits(x), Launch.bits(gamma), Launch.bits(beta), Launch.bits(panels), Launch.bits(scales), Launch.bits(bias), Launch.bits(residual), Launch.bits(y), Launch.bits(rows), Launch.bits(inputs), Launch.bits(outputs), Launch.bits(width), Launch.bits(xStride), Launch.bits(residualStride), Launch.bits(yStride), Launch.bits(norm), Launch.bits(epsilon), Launch.bits(activation));
    }
}
