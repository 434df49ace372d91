package io.vivace.backend.cpu;

import static io.vivace.backend.cpu.VectorMath.SPECIES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * One or two rows by an int8 panel, widened in registers: all that a decode step needs. The scale is the caller's.
 */
final class VectorBytePanels {
    private static final int L = SPECIES.length();
    /** Bytes of one vector of weights, and of the weights of one input. */
    private static final int B = L, STEP = Matrix.WIDTH;
    /** As many bytes as a vector has floats; a vector of 4 floats has no such shape, and is served by widening first. */
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, SPECIES.length() * 8)));

    private VectorBytePanels() {}

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    private static FloatVector all(float x) {
        return FloatVector.broadcast(SPECIES, x);
    }

    private static FloatVector weights(MemorySegment w, long at) {
        return (FloatVector) ByteVector.fromMemorySegment(BYTES, w, at, ByteOrder.LITTLE_ENDIAN).castShape(SPECIES, 0);
    }

    /** Writes {@code count} weights as float32. */
    static void widen(MemorySegment w, long wAt, MemorySegment out, int count) {
        for (int i = 0; i < count; i += L) weights(w, wAt + i).intoMemorySegment(out, 4L * i, ByteOrder.LITTLE_ENDIAN);
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
}
