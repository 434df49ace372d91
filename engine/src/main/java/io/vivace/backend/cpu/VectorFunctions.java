package io.vivace.backend.cpu;

import static io.vivace.backend.cpu.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;

/** A loop for each elementwise function: one loop over all of them would call through a table, and vectors would be objects. */
final class VectorFunctions {
    private VectorFunctions() {}

    static void apply(Function function, float[] x, int xAt, float[] y, int yAt, int count) {
        int whole = function == Function.LOG ? 0 : SPECIES.loopBound(count);
        switch (function) {
            case RELU -> relu(x, xAt, y, yAt, whole);
            case MINIMUM_ZERO -> minimumZero(x, xAt, y, yAt, whole);
            case GELU_ERF -> geluErf(x, xAt, y, yAt, whole);
            case GELU_TANH -> geluTanh(x, xAt, y, yAt, whole);
            case ELU -> elu(x, xAt, y, yAt, whole);
            case TANH -> tanh(x, xAt, y, yAt, whole);
            case SIGMOID -> sigmoid(x, xAt, y, yAt, whole);
            case SILU -> silu(x, xAt, y, yAt, whole);
            case EXP -> exp(x, xAt, y, yAt, whole);
            case EXPM1 -> expm1(x, xAt, y, yAt, whole);
            case ERF -> erf(x, xAt, y, yAt, whole);
            case RECIPROCAL_ROOT -> reciprocalRoot(x, xAt, y, yAt, whole);
            case LOG -> { }
        }
        for (int i = whole; i < count; i++) y[yAt + i] = ScalarMath.apply(function, x[xAt + i]);
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    private static void relu(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) load(x, xAt + i).max(0).intoArray(y, yAt + i);
    }

    private static void minimumZero(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) load(x, xAt + i).min(0).intoArray(y, yAt + i);
    }

    private static void geluErf(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) VectorMath.geluErf(load(x, xAt + i)).intoArray(y, yAt + i);
    }

    private static void geluTanh(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) VectorMath.geluTanh(load(x, xAt + i)).intoArray(y, yAt + i);
    }

    private static void elu(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) VectorMath.elu(load(x, xAt + i)).intoArray(y, yAt + i);
    }

    private static void tanh(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) VectorMath.tanh(load(x, xAt + i)).intoArray(y, yAt + i);
    }

    private static void sigmoid(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) VectorMath.sigmoid(load(x, xAt + i)).intoArray(y, yAt + i);
    }

    private static void silu(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) VectorMath.silu(load(x, xAt + i)).intoArray(y, yAt + i);
    }

    private static void exp(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) VectorMath.exp(load(x, xAt + i)).intoArray(y, yAt + i);
    }

    private static void expm1(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) VectorMath.expm1(load(x, xAt + i)).intoArray(y, yAt + i);
    }

    private static void erf(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) VectorMath.erf(load(x, xAt + i)).intoArray(y, yAt + i);
    }

    private static void reciprocalRoot(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) FloatVector.broadcast(SPECIES, 1).div(load(x, xAt + i).sqrt()).intoArray(y, yAt + i);
    }
}
