package io.vivace.kernels;

/** Launches of the kernels in {@code epilogue.cu}, generated from it. */
public final class EpilogueKernels {
    private EpilogueKernels() {}

    public static Launch epilogue(String variant, Grid grid, long y, long bias, long residual, int size, int channels, int yStride, int residualStride, int activation) {
        return new Launch("epilogue", Launch.variant("epilogue", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(y), Launch.bits(bias), Launch.bits(residual), Launch.bits(size), Launch.bits(channels), Launch.bits(yStride), Launch.bits(residualStride), Launch.bits(activation));
    }
}
