package io.vivace.kernels;

/** Launches of the kernels in {@code softmax.cu}, generated from it. */
public final class SoftmaxKernels {
    private SoftmaxKernels() {}

    public static Launch softmax(String variant, Grid grid, long x, long y, int columns) {
        return new Launch("softmax", Launch.variant("softmax", variant, "f32"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(columns));
    }
}
