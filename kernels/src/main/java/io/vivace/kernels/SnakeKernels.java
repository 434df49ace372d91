package io.vivace.kernels;

/** Launches of the kernels in {@code snake.cu}, generated from it. */
public final class SnakeKernels {
    private SnakeKernels() {}

    public static Launch snake(String variant, Grid grid, long x, long alpha, long beta, long y, int rows, int channels, int xStride, int yStride, int rowsABlock) {
        return new Launch("snake", Launch.variant("snake", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(alpha), Launch.bits(beta), Launch.bits(y), Launch.bits(rows), Launch.bits(channels), Launch.bits(xStride), Launch.bits(yStride), Launch.bits(rowsABlock));
    }
}
