package io.vivace.kernels;

/** Launches of the kernels in {@code group_norm.cu}, generated from it. */
public final class GroupNormKernels {
    private GroupNormKernels() {}

    public static Launch groupNormSmall(String variant, Grid grid, long x, long gamma, long beta, long scale, long shift, long y, int frames, int channels, int xStride, int yStride, int scaleStride, int shiftStride, int size, int tile, int framesABlock, float epsilon, int activation) {
        return new Launch("group_norm", Launch.variant("group_norm_small", variant, "f32", "bf16"), grid, 512, 0, Launch.bits(x), Launch.bits(gamma), Launch.bits(beta), Launch.bits(scale), Launch.bits(shift), Launch.bits(y), Launch.bits(frames), Launch.bits(channels), Launch.bits(xStride), Launch.bits(yStride), Launch.bits(scaleStride), Launch.bits(shiftStride), Launch.bits(size), Launch.bits(tile), Launch.bits(framesABlock), Launch.bits(epsilon), Launch.bits(activation));
    }

    public static Launch groupNormMoments(String variant, Grid grid, long x, long partials, int frames, int channels, int xStride, int size, int tile, int framesAPart) {
        return new Launch("group_norm", Launch.variant("group_norm_moments", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(partials), Launch.bits(frames), Launch.bits(channels), Launch.bits(xStride), Launch.bits(size), Launch.bits(tile), Launch.bits(framesAPart));
    }

    public static Launch groupNormApply(String variant, Grid grid, long x, long partials, long gamma, long beta, long scale, long shift, long y, int frames, int channels, int xStride, int yStride, int scaleStride, int shiftStride, int size, int tile, int parts, int framesAPart, int framesABlock, float epsilon, int activation) {
        return new Launch("group_norm", Launch.variant("group_norm_apply", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(partials), Launch.bits(gamma), Launch.bits(beta), Launch.bits(scale), Launch.bits(shift), Launch.bits(y), Launch.bits(frames), Launch.bits(channels), Launch.bits(xStride), Launch.bits(yStride), Launch.bits(scaleStride), Launch.bits(shiftStride), Launch.bits(size), Launch.bits(tile), Launch.bits(parts), Launch.bits(framesAPart), Launch.bits(framesABlock), Launch.bits(epsilon), Launch.bits(activation));
    }
}
