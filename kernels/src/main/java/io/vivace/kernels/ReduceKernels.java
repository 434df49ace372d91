package io.vivace.kernels;

/** Launches of the kernels in {@code reduce.cu}, generated from it. */
public final class ReduceKernels {
    private ReduceKernels() {}

    public static Launch reduceRows(String variant, Grid grid, long x, long y, int extent, int kind) {
        return new Launch("reduce", Launch.variant("reduce_rows", variant, "f32"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(extent), Launch.bits(kind));
    }

    public static Launch reduceColumns(String variant, Grid grid, long x, long y, int extent, int inner, int kind) {
        return new Launch("reduce", Launch.variant("reduce_columns", variant, "f32"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(extent), Launch.bits(inner), Launch.bits(kind));
    }
}
