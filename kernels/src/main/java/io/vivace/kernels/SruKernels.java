package io.vivace.kernels;

/** Launches of the kernels in {@code sru.cu}, generated from it. */
public final class SruKernels {
    private SruKernels() {}

    public static Launch sru(String variant, Grid grid, long u, int uStride, long input, int inputStride, long recurrent, long bias, long state, long y, int batch, int frames, int width, int forward, float scale) {
        return new Launch("sru", Launch.variant("sru", variant, "f32", "bf16"), grid, 128, 0, Launch.bits(u), Launch.bits(uStride), Launch.bits(input), Launch.bits(inputStride), Launch.bits(recurrent), Launch.bits(bias), Launch.bits(state), Launch.bits(y), Launch.bits(batch), Launch.bits(frames), Launch.bits(width), Launch.bits(forward), Launch.bits(scale));
    }
}
