package io.vivace.kernels;

/** Launches of the kernels in {@code nearest.cu}, generated from it. */
public final class NearestKernels {
    private NearestKernels() {}

    public static Launch nearest(String variant, Grid grid, long x, long table, long y, int vectors, int rows, int channels) {
        return new Launch("nearest", Launch.variant("nearest", variant, "f32_f32", "f32_bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(table), Launch.bits(y), Launch.bits(vectors), Launch.bits(rows), Launch.bits(channels));
    }
}
