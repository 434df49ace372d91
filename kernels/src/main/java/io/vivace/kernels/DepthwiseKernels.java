package io.vivace.kernels;

/** Launches of the kernels in {@code depthwise.cu}, generated from it. */
public final class DepthwiseKernels {
    private DepthwiseKernels() {}

    public static Launch causalDepthwiseConv(String variant, Grid grid, long x, int stride, long weight, long bias, long state, long y, int channels, int frames, int taps, int width, int activation) {
        return new Launch("depthwise", Launch.variant("causal_depthwise_conv", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(stride), Launch.bits(weight), Launch.bits(bias), Launch.bits(state), Launch.bits(y), Launch.bits(channels), Launch.bits(frames), Launch.bits(taps), Launch.bits(width), Launch.bits(activation));
    }
}
