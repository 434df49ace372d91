package io.vivace.backend.cpu;

import static io.vivace.backend.cpu.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Gates of simple recurrent units, and turns of rotary positions. */
final class VectorGates {
    private static final int L = SPECIES.length();

    private VectorGates() {}

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    static void gate(float[] x, int xAt, float[] bias, int biasAt, float[] y, int yAt, int count) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += L) VectorMath.sigmoid(load(x, xAt + i).add(load(bias, biasAt + i))).intoArray(y, yAt + i);
        for (int i = whole; i < count; i++) y[yAt + i] = ScalarMath.sigmoid(x[xAt + i] + bias[biasAt + i]);
    }

    static void gate(float[] x, int xAt, float[] bias, int biasAt, float[] seen, int seenAt, float[] cell, int cellAt, float[] y, int yAt, int count) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += L) {
            FloatVector sum = load(x, xAt + i).add(load(bias, biasAt + i));
            VectorMath.sigmoid(load(seen, seenAt + i).fma(load(cell, cellAt + i), sum)).intoArray(y, yAt + i);
        }
        for (int i = whole; i < count; i++) y[yAt + i] = ScalarMath.sigmoid(Math.fma(seen[seenAt + i], cell[cellAt + i], x[xAt + i] + bias[biasAt + i]));
    }

    static void pass(float[] x, int xAt, float[] highway, int highwayAt, float factor, float[] gates, int forgetAt, int resetAt, float[] cell, int cellAt,
            float[] y, int yAt, int count) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += L) {
            FloatVector fresh = load(x, xAt + i), s = load(highway, highwayAt + i).mul(factor);
            FloatVector c = load(cell, cellAt + i).sub(fresh).fma(load(gates, forgetAt + i), fresh);
            c.intoArray(cell, cellAt + i);
            c.sub(s).fma(load(gates, resetAt + i), s).intoArray(y, yAt + i);
        }
        for (int i = whole; i < count; i++) {
            float s = highway[highwayAt + i] * factor, c = Math.fma(cell[cellAt + i] - x[xAt + i], gates[forgetAt + i], x[xAt + i]);
            cell[cellAt + i] = c;
            y[yAt + i] = Math.fma(c - s, gates[resetAt + i], s);
        }
    }

    static void turn(float[] x, int xAt, float[] angles, int cosAt, float[] y, int yAt, int count) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += L) {
            FloatVector a = load(x, xAt + i), b = load(x, xAt + count + i), cos = load(angles, cosAt + i), sin = load(angles, cosAt + count + i);
            a.mul(cos).sub(b.mul(sin)).intoArray(y, yAt + i);
            b.mul(cos).add(a.mul(sin)).intoArray(y, yAt + count + i);
        }
        for (int i = whole; i < count; i++) {
            float a = x[xAt + i], b = x[xAt + count + i], cos = angles[cosAt + i], sin = angles[cosAt + count + i];
            y[yAt + i] = a * cos - b * sin;
            y[yAt + count + i] = b * cos + a * sin;
        }
    }
}
