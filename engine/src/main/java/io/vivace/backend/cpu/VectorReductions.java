package io.vivace.backend.cpu;

import static io.vivace.backend.cpu.VectorMath.SPECIES;

import io.vivace.graph.Arithmetic.Binary;
import jdk.incubator.vector.FloatVector;

/** Sums and elementwise arithmetic. A sum has one partial sum a lane; the rest behind the last whole vector is added to the total. */
final class VectorReductions {
    private static final int L = SPECIES.length();

    private VectorReductions() {}

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    /** Elements {@code at}, {@code at + step}, …: with step 0 one element in all lanes. */
    private static FloatVector load(float[] x, int at, int step) {
        return step == 0 ? FloatVector.broadcast(SPECIES, x[at]) : FloatVector.fromArray(SPECIES, x, at);
    }

    static float sum(float[] x, int at, int count) {
        int whole = SPECIES.loopBound(count);
        FloatVector parts = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += L) parts = parts.add(load(x, at + i));
        float sum = VectorMath.total(parts);
        for (int i = whole; i < count; i++) sum += x[at + i];
        return sum;
    }

    static float squares(float[] x, int at, int count, float mean) {
        int whole = SPECIES.loopBound(count);
        FloatVector parts = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += L) {
            FloatVector difference = load(x, at + i).sub(mean);
            parts = difference.fma(difference, parts);
        }
        float sum = VectorMath.total(parts);
        for (int i = whole; i < count; i++) sum = Math.fma(x[at + i] - mean, x[at + i] - mean, sum);
        return sum;
    }

    static float exponentials(float[] x, int xAt, float maximum, float[] y, int yAt, int count) {
        int whole = SPECIES.loopBound(count);
        FloatVector parts = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += L) {
            FloatVector e = VectorMath.exp(load(x, xAt + i).sub(maximum));
            e.intoArray(y, yAt + i);
            parts = parts.add(e);
        }
        float sum = VectorMath.total(parts);
        for (int i = whole; i < count; i++) sum += y[yAt + i] = ScalarMath.exp(x[xAt + i] - maximum);
        return sum;
    }

    static void binary(Binary.Kind kind, float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int count) {
        int whole = SPECIES.loopBound(count);
        switch (kind) {
            case ADD -> {
                for (int i = 0; i < whole; i += L) load(a, aAt + i * aStep, aStep).add(load(b, bAt + i * bStep, bStep)).intoArray(y, yAt + i);
                for (int i = whole; i < count; i++) y[yAt + i] = a[aAt + i * aStep] + b[bAt + i * bStep];
            }
            case SUBTRACT -> {
                for (int i = 0; i < whole; i += L) load(a, aAt + i * aStep, aStep).sub(load(b, bAt + i * bStep, bStep)).intoArray(y, yAt + i);
                for (int i = whole; i < count; i++) y[yAt + i] = a[aAt + i * aStep] - b[bAt + i * bStep];
            }
            case MULTIPLY -> {
                for (int i = 0; i < whole; i += L) load(a, aAt + i * aStep, aStep).mul(load(b, bAt + i * bStep, bStep)).intoArray(y, yAt + i);
                for (int i = whole; i < count; i++) y[yAt + i] = a[aAt + i * aStep] * b[bAt + i * bStep];
            }
            case DIVIDE -> {
                for (int i = 0; i < whole; i += L) load(a, aAt + i * aStep, aStep).div(load(b, bAt + i * bStep, bStep)).intoArray(y, yAt + i);
                for (int i = whole; i < count; i++) y[yAt + i] = a[aAt + i * aStep] / b[bAt + i * bStep];
            }
        }
    }
}
