package io.vivace.backend.cpu;

import static io.vivace.backend.cpu.VectorMath.SPECIES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * Rows by a float32 panel: a tile of {@code c} stays in registers while one block of inputs goes by. Six rows by two vectors keep both
 * multipliers of a core busy and fit 16 registers; four by four, a whole panel where vectors have 16 lanes, fit AVX-512's 32 and read less
 * for each multiplication. C2 gives up on a loop of six by four, and five by four is slower in a whole product.
 *
 * <p>Why the loops are written out again for bfloat16 and int8: a loop that is shared would load its weights through a parameter, and as
 * soon as two types have passed by, C2 no longer knows which; vectors that come out of such a call live on the heap.
 */
final class VectorFloatPanels {
    private static final int L = SPECIES.length();
    /** Bytes of one vector of weights, and of the weights of one input. */
    private static final int B = L * 4, STEP = Matrix.WIDTH * 4;

    private VectorFloatPanels() {}

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    private static FloatVector all(float x) {
        return FloatVector.broadcast(SPECIES, x);
    }

    private static FloatVector weights(MemorySegment w, long at) {
        return FloatVector.fromMemorySegment(SPECIES, w, at, ByteOrder.LITTLE_ENDIAN);
    }

    static void two(MemorySegment w, long wAt, int depth, float[] a, int aAt, int aStride, float[] c, int cAt, int cStride) {
        FloatVector c00 = load(c, cAt), c01 = load(c, cAt + L), c02 = load(c, cAt + 2 * L), c03 = load(c, cAt + 3 * L);
        FloatVector c10 = load(c, cAt + cStride), c11 = load(c, cAt + cStride + L), c12 = load(c, cAt + cStride + 2 * L), c13 = load(c, cAt + cStride + 3 * L);
        for (int k = 0; k < depth; k++) {
            long at = wAt + (long) k * STEP;
            FloatVector w0 = weights(w, at), w1 = weights(w, at + B), w2 = weights(w, at + 2 * B), w3 = weights(w, at + 3 * B);
            FloatVector x0 = all(a[aAt + k]);
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            c02 = x0.fma(w2, c02);
            c03 = x0.fma(w3, c03);
            FloatVector x1 = all(a[aAt + aStride + k]);
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            c12 = x1.fma(w2, c12);
            c13 = x1.fma(w3, c13);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c02.intoArray(c, cAt + 2 * L);
        c03.intoArray(c, cAt + 3 * L);
        c10.intoArray(c, cAt + cStride);
        c11.intoArray(c, cAt + cStride + L);
        c12.intoArray(c, cAt + cStride + 2 * L);
        c13.intoArray(c, cAt + cStride + 3 * L);
    }

    static void one(MemorySegment w, long wAt, int depth, float[] a, int aAt, float[] c, int cAt) {
        FloatVector c00 = load(c, cAt), c01 = load(c, cAt + L), c02 = load(c, cAt + 2 * L), c03 = load(c, cAt + 3 * L);
        for (int k = 0; k < depth; k++) {
            long at = wAt + (long) k * STEP;
            FloatVector w0 = weights(w, at), w1 = weights(w, at + B), w2 = weights(w, at + 2 * B), w3 = weights(w, at + 3 * B);
            FloatVector x0 = all(a[aAt + k]);
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            c02 = x0.fma(w2, c02);
            c03 = x0.fma(w3, c03);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c02.intoArray(c, cAt + 2 * L);
        c03.intoArray(c, cAt + 3 * L);
    }

    static void four(MemorySegment w, long wAt, int depth, float[] a, int aAt, int aStride, float[] c, int cAt, int cStride) {
        FloatVector c00 = load(c, cAt), c01 = load(c, cAt + L);
        FloatVector c02 = load(c, cAt + 2 * L), c03 = load(c, cAt + 3 * L);
        FloatVector c10 = load(c, cAt + cStride), c11 = load(c, cAt + cStride + L);
        FloatVector c12 = load(c, cAt + cStride + 2 * L), c13 = load(c, cAt + cStride + 3 * L);
        FloatVector c20 = load(c, cAt + 2 * cStride), c21 = load(c, cAt + 2 * cStride + L);
        FloatVector c22 = load(c, cAt + 2 * cStride + 2 * L), c23 = load(c, cAt + 2 * cStride + 3 * L);
        FloatVector c30 = load(c, cAt + 3 * cStride), c31 = load(c, cAt + 3 * cStride + L);
        FloatVector c32 = load(c, cAt + 3 * cStride + 2 * L), c33 = load(c, cAt + 3 * cStride + 3 * L);
        for (int k = 0; k < depth; k++) {
            long at = wAt + (long) k * STEP;
            FloatVector w0 = weights(w, at), w1 = weights(w, at + B), w2 = weights(w, at + 2 * B), w3 = weights(w, at + 3 * B);
            FloatVector x0 = all(a[aAt + k]);
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            c02 = x0.fma(w2, c02);
            c03 = x0.fma(w3, c03);
            FloatVector x1 = all(a[aAt + aStride + k]);
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            c12 = x1.fma(w2, c12);
            c13 = x1.fma(w3, c13);
            FloatVector x2 = all(a[aAt + 2 * aStride + k]);
            c20 = x2.fma(w0, c20);
            c21 = x2.fma(w1, c21);
            c22 = x2.fma(w2, c22);
            c23 = x2.fma(w3, c23);
            FloatVector x3 = all(a[aAt + 3 * aStride + k]);
            c30 = x3.fma(w0, c30);
            c31 = x3.fma(w1, c31);
            c32 = x3.fma(w2, c32);
            c33 = x3.fma(w3, c33);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c02.intoArray(c, cAt + 2 * L);
        c03.intoArray(c, cAt + 3 * L);
        c10.intoArray(c, cAt + cStride);
        c11.intoArray(c, cAt + cStride + L);
        c12.intoArray(c, cAt + cStride + 2 * L);
        c13.intoArray(c, cAt + cStride + 3 * L);
        c20.intoArray(c, cAt + 2 * cStride);
        c21.intoArray(c, cAt + 2 * cStride + L);
        c22.intoArray(c, cAt + 2 * cStride + 2 * L);
        c23.intoArray(c, cAt + 2 * cStride + 3 * L);
        c30.intoArray(c, cAt + 3 * cStride);
        c31.intoArray(c, cAt + 3 * cStride + L);
        c32.intoArray(c, cAt + 3 * cStride + 2 * L);
        c33.intoArray(c, cAt + 3 * cStride + 3 * L);
    }

    static void six(MemorySegment w, long wAt, int depth, float[] a, int aAt, int aStride, float[] c, int cAt, int cStride) {
        FloatVector c00 = load(c, cAt), c01 = load(c, cAt + L);
        FloatVector c10 = load(c, cAt + cStride), c11 = load(c, cAt + cStride + L);
        FloatVector c20 = load(c, cAt + 2 * cStride), c21 = load(c, cAt + 2 * cStride + L);
        FloatVector c30 = load(c, cAt + 3 * cStride), c31 = load(c, cAt + 3 * cStride + L);
        FloatVector c40 = load(c, cAt + 4 * cStride), c41 = load(c, cAt + 4 * cStride + L);
        FloatVector c50 = load(c, cAt + 5 * cStride), c51 = load(c, cAt + 5 * cStride + L);
        for (int k = 0; k < depth; k++) {
            long at = wAt + (long) k * STEP;
            FloatVector w0 = weights(w, at), w1 = weights(w, at + B);
            FloatVector x0 = all(a[aAt + k]);
            c00 = x0.fma(w0, c00);
            c01 = x0.fma(w1, c01);
            FloatVector x1 = all(a[aAt + aStride + k]);
            c10 = x1.fma(w0, c10);
            c11 = x1.fma(w1, c11);
            FloatVector x2 = all(a[aAt + 2 * aStride + k]);
            c20 = x2.fma(w0, c20);
            c21 = x2.fma(w1, c21);
            FloatVector x3 = all(a[aAt + 3 * aStride + k]);
            c30 = x3.fma(w0, c30);
            c31 = x3.fma(w1, c31);
            FloatVector x4 = all(a[aAt + 4 * aStride + k]);
            c40 = x4.fma(w0, c40);
            c41 = x4.fma(w1, c41);
            FloatVector x5 = all(a[aAt + 5 * aStride + k]);
            c50 = x5.fma(w0, c50);
            c51 = x5.fma(w1, c51);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + L);
        c10.intoArray(c, cAt + cStride);
        c11.intoArray(c, cAt + cStride + L);
        c20.intoArray(c, cAt + 2 * cStride);
        c21.intoArray(c, cAt + 2 * cStride + L);
        c30.intoArray(c, cAt + 3 * cStride);
        c31.intoArray(c, cAt + 3 * cStride + L);
        c40.intoArray(c, cAt + 4 * cStride);
        c41.intoArray(c, cAt + 4 * cStride + L);
        c50.intoArray(c, cAt + 5 * cStride);
        c51.intoArray(c, cAt + 5 * cStride + L);
    }
}
