package io.vivace.kernels;

/** Launches of the kernels in {@code norm.cu}, generated from it. */
public final class NormKernels {
    private NormKernels() {}

    public static Launch normShort(String variant, Grid grid, long x, long gamma, long beta, long scale, long shift, long y, int rows, int frames, int channels, int xStride, int yStride, int scaleStride, int shiftStride, int centred, float epsilon) {
        return new Launch("norm", Launch.variant("norm_short", variant, "f32", "bf16"), grid, 128, 0, Launch.bits(x), Launch.bits(gamma), Launch.bits(beta), Launch.bits(scale), Launch.bits(shift), Launch.bits(y), Launch.bits(rows), Launch.bits(frames), Launch.bits(channels), Launch.bits(xStride), Launch.bits(yStride), Launch.bits(scaleStride), Launch.bits(shiftStride), Launch.bits(centred), Launch.bits(epsilon));
    }

    public static Launch normLong(String variant, Grid grid, long x, long gamma, long beta, long scale, long shift, long y, int frames, int channels, int xStride, int yStride, int scaleStride, int shiftStride, int centred, float epsilon) {
        return new Launch("norm", Launch.variant("norm_long", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(gamma), Launch.bits(beta), Launch.bits(scale), Launch.bits(shift), Launch.bits(y), Launch.bits(frames), Launch.bits(channels), Launch.bits(xStride), Launch.bits(yStride), Launch.bits(scaleStride), Launch.bits(shiftStride), Launch.bits(centred), Launch.bits(epsilon));
    }
}
