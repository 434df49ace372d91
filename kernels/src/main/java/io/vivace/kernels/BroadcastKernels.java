package io.vivace.kernels;

/** Launches of the kernels in {@code broadcast.cu}, generated from it. */
public final class BroadcastKernels {
    private BroadcastKernels() {}

    public static Launch binary(String variant, Grid grid, long a, long b, long y, int size, int length, int aRow, int aStep, int bRow, int bStep, int kind) {
        return new Launch("broadcast", Launch.variant("binary", variant, "f32"), grid, 256, 0, Launch.bits(a), Launch.bits(b), Launch.bits(y), Launch.bits(size), Launch.bits(length), Launch.bits(aRow), Launch.bits(aStep), Launch.bits(bRow), Launch.bits(bStep), Launch.bits(kind));
    }

    public static Launch mask(String variant, Grid grid, long a, long b, long y, int size, int length, int aRow, int aStep, int bRow, int bStep) {
        return new Launch("broadcast", Launch.variant("mask", variant, "f32"), grid, 256, 0, Launch.bits(a), Launch.bits(b), Launch.bits(y), Launch.bits(size), Launch.bits(length), Launch.bits(aRow), Launch.bits(aStep), Launch.bits(bRow), Launch.bits(bStep));
    }

    public static Launch binaryStrided(String variant, Grid grid, long a, long b, long y, int size, int kind, int e1, int e2, int e3, int e4, int e5, int a0, int a1, int a2, int a3, int a4, int a5, int b0, int b1, int b2, int b3, int b4, int b5) {
        return new Launch("broadcast", Launch.variant("binary_strided", variant, "f32"), grid, 256, 0, Launch.bits(a), Launch.bits(b), Launch.bits(y), Launch.bits(size), Launch.bits(kind), Launch.bits(e1), Launch.bits(e2), Launch.bits(e3), Launch.bits(e4), Launch.bits(e5), Launch.bits(a0), Launch.bits(a1), Launch.bits(a2), Launch.bits(a3), Launch.bits(a4), Launch.bits(a5), Launch.bits(b0), Launch.bits(b1), Launch.bits(b2), Launch.bits(b3), Launch.bits(b4), Launch.bits(b5));
    }

    public static Launch maskStrided(String variant, Grid grid, long a, long b, long y, int size, int e1, int e2, int e3, int e4, int e5, int a0, int a1, int a2, int a3, int a4, int a5, int b0, int b1, int b2, int b3, int b4, int b5) {
        return new Launch("broadcast", Launch.variant("mask_strided", variant, "f32"), grid, 256, 0, Launch.bits(a), Launch.bits(b), Launch.bits(y), Launch.bits(size), Launch.bits(e1), Launch.bits(e2), Launch.bits(e3), Launch.bits(e4), Launch.bits(e5), Launch.bits(a0), Launch.bits(a1), Launch.bits(a2), Launch.bits(a3), Launch.bits(a4), Launch.bits(a5), Launch.bits(b0), Launch.bits(b1), Launch.bits(b2), Launch.bits(b3), Launch.bits(b4), Launch.bits(b5));
    }
}
