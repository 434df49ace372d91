package io.vivace.kernels;

/** Launches of the kernels in {@code rotary.cu}, generated from it. */
public final class RotaryKernels {
    private RotaryKernels() {}

    public static Launch rotary(String variant, Grid grid, long x, long table, long position, long y, int frames, int positions, int heads, int size, int rotated, int xStride, int yStride, int interleaved, long trouble, int node) {
        return new Launch("rotary", Launch.variant("rotary", variant, "f32", "bf16"), grid, 128, 0, Launch.bits(x), Launch.bits(table), Launch.bits(position), Launch.bits(y), Launch.bits(frames), Launch.bits(positions), Launch.bits(heads), Launch.bits(size), Launch.bits(rotated), Launch.bits(xStride), Launch.bits(yStride), Launch.bits(interleaved), Launch.bits(trouble), Launch.bits(node));
    }
}
