package io.vivace.kernels;

/** Launches of the kernels in {@code matmul.cu}, generated from it. */
public final class MatmulKernels {
    private MatmulKernels() {}

    public static Launch matmul(Grid grid, long a, long b, long y, int rows, int columns, int inputs, int transposed, int extent1, int extent2, int extent3, int aStride0, int aStride1, int aStride2, int aStride3, int bStride0, int bStride1, int bStride2, int bStride3) {
        return new Launch("matmul", "matmul", grid, 256, 0, Launch.bits(a), Launch.bits(b), Launch.bits(y), Launch.bits(rows), Launch.bits(columns), Launch.bits(inputs), Launch.bits(transposed), Launch.bits(extent1), Launch.bits(extent2), Launch.bits(extent3), Launch.bits(aStride0), Launch.bits(aStride1), Launch.bits(aStride2), Launch.bits(aStride3), Launch.bits(bStride0), Launch.bits(bStride1), Launch.bits(bStride2), Launch.bits(bStride3));
    }
}
