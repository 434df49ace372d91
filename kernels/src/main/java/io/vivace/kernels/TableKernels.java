package io.vivace.kernels;

/** Launches of the kernels in {@code table.cu}, generated from it. */
public final class TableKernels {
    private TableKernels() {}

    public static Launch gather(String variant, Grid grid, long table, long ids, long y, int count, int channels, int rows, long trouble, int node) {
        return new Launch("table", Launch.variant("gather", variant, "f32_f32", "f32_bf16"), grid, 256, 0, Launch.bits(table), Launch.bits(ids), Launch.bits(y), Launch.bits(count), Launch.bits(channels), Launch.bits(rows), Launch.bits(trouble), Launch.bits(node));
    }
}
