package io.vivace.kernels;

/** Launches of the kernels in {@code move.cu}, generated from it. */
public final class MoveKernels {
    private MoveKernels() {}

    public static Launch copy(String variant, Grid grid, long x, long y, int rows, int length, int xPitch, int yPitch) {
        return new Launch("move", Launch.variant("copy", variant, "int32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(rows), Launch.bits(length), Launch.bits(xPitch), Launch.bits(yPitch));
    }

    public static Launch window(String variant, Grid grid, long x, long position, long y, int rows, int length, int pitch, int inner, int most, long trouble, int node) {
        return new Launch("move", Launch.variant("window", variant, "int32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(position), Launch.bits(y), Launch.bits(rows), Launch.bits(length), Launch.bits(pitch), Launch.bits(inner), Launch.bits(most), Launch.bits(trouble), Launch.bits(node));
    }

    public static Launch write(String variant, Grid grid, long state, long position, long x, int rows, int length, int pitch, int inner, int most, long trouble, int node) {
        return new Launch("move", Launch.variant("write", variant, "int32", "bf16"), grid, 256, 0, Launch.bits(state), Launch.bits(position), Launch.bits(x), Launch.bits(rows), Launch.bits(length), Launch.bits(pitch), Launch.bits(inner), Launch.bits(most), Launch.bits(trouble), Launch.bits(node));
    }
}
