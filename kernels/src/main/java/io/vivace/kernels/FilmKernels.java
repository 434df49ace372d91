package io.vivace.kernels;

/** Launches of the kernels in {@code film.cu}, generated from it. */
public final class FilmKernels {
    private FilmKernels() {}

    public static Launch film(String variant, Grid grid, long x, long scale, long shift, long y, int frames, int channels, int xStride, int yStride, int scaleStride, int shiftStride, int framesABlock) {
        return new Launch("film", Launch.variant("film", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(scale), Launch.bits(shift), Launch.bits(y), Launch.bits(frames), Launch.bits(channels), Launch.bits(xStride), Launch.bits(yStride), Launch.bits(scaleStride), Launch.bits(shiftStride), Launch.bits(framesABlock));
    }
}
