package io.vivace.backend.cpu;

import static io.vivace.backend.cpu.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;

/** One head's scores and mixture: dot products with one partial sum a lane, and sums over keys as one chain an element. */
final class VectorAttention {
    private static final int L = SPECIES.length();

    private VectorAttention() {}

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    static void scores(float[] q, int qAt, float[] k, int kAt, int kStride, int keys, int size, float scale, float[] out, int outAt) {
        int whole = SPECIES.loopBound(size), j = 0;
        for (; j + 4 <= keys; j += 4) {
            four(q, qAt, k, kAt + j * kStride, kStride, whole, out, outAt + j);
        }
        for (; j < keys; j++) out[outAt + j] = one(q, qAt, k, kAt + j * kStride, whole);
        for (j = 0; j < keys; j++) {
            float score = out[outAt + j];
            for (int d = whole; d < size; d++) score = Math.fma(q[qAt + d], k[kAt + j * kStride + d], score);
            out[outAt + j] = score * scale;
        }
    }

    private static void four(float[] q, int qAt, float[] k, int kAt, int kStride, int size, float[] out, int outAt) {
        FloatVector s0 = FloatVector.zero(SPECIES), s1 = s0, s2 = s0, s3 = s0;
        for (int d = 0; d < size; d += L) {
            FloatVector x = load(q, qAt + d);
            s0 = x.fma(load(k, kAt + d), s0);
            s1 = x.fma(load(k, kAt + kStride + d), s1);
            s2 = x.fma(load(k, kAt + 2 * kStride + d), s2);
            s3 = x.fma(load(k, kAt + 3 * kStride + d), s3);
        }
        out[outAt] = VectorMath.total(s0);
        out[outAt + 1] = VectorMath.total(s1);
        out[outAt + 2] = VectorMath.total(s2);
        out[outAt + 3] = VectorMath.total(s3);
    }

    private static float one(float[] q, int qAt, float[] k, int kAt, int size) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int d = 0; d < size; d += L) sum = load(q, qAt + d).fma(load(k, kAt + d), sum);
        return VectorMath.total(sum);
    }

    static void mix(float[] weights, int weightsAt, float[] v, int vAt, int vStride, int keys, int size, float[] out, int outAt) {
        int d = 0;
        for (; d + 4 * L <= size; d += 4 * L) fourVectors(weights, weightsAt, v, vAt + d, vStride, keys, out, outAt + d);
        for (; d + L <= size; d += L) oneVector(weights, weightsAt, v, vAt + d, vStride, keys, out, outAt + d);
        for (; d < size; d++) {
            float sum = out[outAt + d];
            for (int j = 0; j < keys; j++) sum = Math.fma(weights[weightsAt + j], v[vAt + j * vStride + d], sum);
            out[outAt + d] = sum;
        }
    }

    private static void fourVectors(float[] weights, int weightsAt, float[] v, int vAt, int vStride, int keys, float[] out, int outAt) {
        FloatVector y0 = load(out, outAt), y1 = load(out, outAt + L), y2 = load(out, outAt + 2 * L), y3 = load(out, outAt + 3 * L);
        for (int j = 0; j < keys; j++) {
            FloatVector weight = FloatVector.broadcast(SPECIES, weights[weightsAt + j]);
            int at = vAt + j * vStride;
            y0 = weight.fma(load(v, at), y0);
            y1 = weight.fma(load(v, at + L), y1);
            y2 = weight.fma(load(v, at + 2 * L), y2);
            y3 = weight.fma(load(v, at + 3 * L), y3);
        }
        y0.intoArray(out, outAt);
        y1.intoArray(out, outAt + L);
        y2.intoArray(out, outAt + 2 * L);
        y3.intoArray(out, outAt + 3 * L);
    }

    private static void oneVector(float[] weights, int weightsAt, float[] v, int vAt, int vStride, int keys, float[] out, int outAt) {
        FloatVector y = load(out, outAt);
        for (int j = 0; j < keys; j++) y = FloatVector.broadcast(SPECIES, weights[weightsAt + j]).fma(load(v, vAt + j * vStride), y);
        y.intoArray(out, outAt);
    }
}
