package io.vivace.backend.cpu;

import static io.vivace.backend.cpu.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;

/** One frame of states that decay and take in: of many channels at once, or of one channel's many states. */
final class VectorStates {
    private static final int L = SPECIES.length();

    private VectorStates() {}

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    static void multiplyAdd(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += L) load(a, aAt + i).fma(load(b, bAt + i), load(y, yAt + i)).intoArray(y, yAt + i);
        for (int i = whole; i < count; i++) y[yAt + i] = Math.fma(a[aAt + i], b[bAt + i], y[yAt + i]);
    }

    static void scan(float[] steps, int stepsAt, float[] rates, int ratesAt, float[] inputs, int inputsAt, float b, float c, float[] h, int hAt,
            float[] y, int yAt, int count) {
        int whole = SPECIES.loopBound(count);
        FloatVector in = FloatVector.broadcast(SPECIES, b), out = FloatVector.broadcast(SPECIES, c);
        for (int i = 0; i < whole; i += L) {
            FloatVector keep = VectorMath.exp(load(steps, stepsAt + i).mul(load(rates, ratesAt + i)));
            FloatVector state = keep.fma(load(h, hAt + i), load(inputs, inputsAt + i).mul(in));
            state.intoArray(h, hAt + i);
            state.fma(out, load(y, yAt + i)).intoArray(y, yAt + i);
        }
        for (int i = whole; i < count; i++) {
            float keep = ScalarMath.exp(steps[stepsAt + i] * rates[ratesAt + i]);
            h[hAt + i] = Math.fma(keep, h[hAt + i], inputs[inputsAt + i] * b);
            y[yAt + i] = Math.fma(h[hAt + i], c, y[yAt + i]);
        }
    }

    static float decay(float[] h, int hAt, float keep, float input, float[] b, int bAt, float[] c, int cAt, int count) {
        int whole = SPECIES.loopBound(count);
        FloatVector kept = FloatVector.broadcast(SPECIES, keep), in = FloatVector.broadcast(SPECIES, input), parts = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += L) {
            FloatVector state = kept.fma(load(h, hAt + i), in.mul(load(b, bAt + i)));
            state.intoArray(h, hAt + i);
            parts = state.fma(load(c, cAt + i), parts);
        }
        float sum = VectorMath.total(parts);
        for (int i = whole; i < count; i++) {
            h[hAt + i] = Math.fma(keep, h[hAt + i], input * b[bAt + i]);
            sum = Math.fma(h[hAt + i], c[cAt + i], sum);
        }
        return sum;
    }
}
