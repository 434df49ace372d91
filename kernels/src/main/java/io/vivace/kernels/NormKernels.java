package io.vivace.kernels;

/** Launches of the kernels in {@code norm.cu}, generated from it. */
public final class NormKernels {
    private NormKernels() {}

    public static Launch layerNorm(String variant, Grid grid, long x, long gamma, long beta, long y, int channels, float epsilon) {
        return new Launch("norm", Launch.variant("layer_norm", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(gamma), Launch.bits(beta), Launch.bits(y), Launch.bits(channels), Launch.bits(epsilon));
    }
}
