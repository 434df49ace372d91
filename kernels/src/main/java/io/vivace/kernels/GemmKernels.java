package io.vivace.kernels;

/** Launches of the kernels in {@code gemm.cu}, generated from it. */
public final class GemmKernels {
    private GemmKernels() {}

    public static Launch normalise(String variant, Grid grid, long x, long gamma, long beta, long y, int rows, int inputs, int xStride, int norm, float epsilon) {
        return new Launch("gemm", Launch.variant("normalise", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(gamma), Launch.bits(beta), Launch.bits(y), Launch.bits(rows), Launch.bits(inputs), Launch.bits(xStride), Launch.bits(norm), Launch.bits(epsilon));
    }

    public static Launch gemm(String variant, Grid grid, long x, long panels, long scales, long bias, long residual, long y, int rows, int inputs, int outputs, int xStride, int residualStride, int yStride, int activation) {
        return new Launch("gemm", Launch.variant("gemm", variant, "f32_f32_f32", "f32_f32_bf16", "f32_f32_int8", "bf16_bf16_f32", "bf16_bf16_bf16", "bf16_bf16_int8", "bf16_f32_f32", "bf16_f32_bf16", "bf16_f32_int8"), grid, 128, 0, Launch.bits(x), Launch.bits(panels), Launch.bits(scales), Launch.bits(bias), Launch.bits(residual), Launch.bits(y), Launch.bits(rows), Launch.bits(inputs), Launch.bits(outputs), Launch.bits(xStride), Launch.bits(residualStride), Launch.bits(yStride), Launch.bits(activation));
    }

    public static Launch gemmLarge(String variant, Grid grid, long x, long panels, long scales, long bias, long residual, long y, int rows, int inputs, int outputs, int xStride, int residualStride, int yStride, int activation) {
        return new Launch("gemm", Launch.variant("gemm_large", variant, "bf16_bf16_bf16", "bf16_bf16_int8", "bf16_f32_bf16", "bf16_f32_int8"), grid, 256, 98304, Launch.bits(x), Launch.bits(panels), Launch.bits(scales), Launch.bits(bias), Launch.bits(residual), Launch.bits(y), Launch.bits(rows), Launch.bits(inputs), Launch.bits(outputs), Launch.bits(xStride), Launch.bits(residualStride), Launch.bits(yStride), Launch.bits(activation));
    }
}
