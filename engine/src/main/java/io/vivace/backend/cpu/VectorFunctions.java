package io.vivace.backend.cpu;

import static io.vivace.backend.cpu.VectorMath.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * A loop for each elementwise function. They are called through a table, not a switch: the compiler would inline several of them into one
 * method, run out of its budget half-way, and turn vectors into objects.
 */
final class VectorFunctions {
    private VectorFunctions() {}

    private interface Loop {
        void run(float[] x, int xAt, float[] y, int yAt, int count);
    }

    private static final Loop[] LOOPS = Arrays.stream(Function.values()).map(VectorFunctions::loop).toArray(Loop[]::new);

    private static Loop loop(Function function) {
        return switch (function) {
            case RELU -> VectorFunctions::relu;
            case MINIMUM_ZERO -> VectorFunctions::minimumZero;
            case GELU_ERF -> VectorFunctions::geluErf;
            case GELU_TANH -> VectorFunctions::geluTanh;
            case ELU -> VectorFunctions::elu;
            case TANH -> VectorFunctions::tanh;
            case SIGMOID -> VectorFunctions::sigmoid;
            case SILU -> VectorFunctions::silu;
            case LEAKY_RELU -> VectorFunctions::leakyRelu;
            case EXP -> VectorFunctions::exp;
            case EXPM1 -> VectorFunctions::expm1;
            case ERF -> VectorFunctions::erf;
            case RECIPROCAL_ROOT -> VectorFunctions::reciprocalRoot;
            case SIN -> VectorFunctions::sin;
            case COS -> VectorFunctions::cos;
            case SOFTPLUS -> VectorFunctions::softplus;
            case LOG -> (x, xAt, y, yAt, count) -> { };
        };
    }

    static void apply(Function function, float[] x, int xAt, float[] y, int yAt, int count) {
        int whole = function == Function.LOG ? 0 : SPECIES.loopBound(count);
        LOOPS[function.ordinal()].run(x, xAt, y, yAt, whole);
        for (int i = whole; i < count; i++) y[yAt + i] = ScalarMath.apply(function, x[xAt + i]);
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    private static void relu(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) load(x, xAt + i).max(0).intoArray(y, yAt + i);
    }

    private static void leakyRelu(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) {
            FloatVector v = load(x, xAt + i);
            v.max(v.mul(ScalarMath.LEAK)).intoArray(y, yAt + i);
        }
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

    private static void sin(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) {
            FloatVector v = load(x, xAt + i);
            if (VectorMath.withinSineRange(v)) VectorMath.sineOfQuadrants(v, 0).intoArray(y, yAt + i);
            else oneByOne(Function.SIN, x, xAt + i, y, yAt + i);
        }
    }

    private static void cos(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) {
            FloatVector v = load(x, xAt + i);
            if (VectorMath.withinSineRange(v)) VectorMath.sineOfQuadrants(v, 1).intoArray(y, yAt + i);
            else oneByOne(Function.COS, x, xAt + i, y, yAt + i);
        }
    }

    private static void oneByOne(Function function, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < SPECIES.length(); i++) y[yAt + i] = ScalarMath.apply(function, x[xAt + i]);
    }

    private static void softplus(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i += SPECIES.length()) VectorMath.softplus(load(x, xAt + i)).intoArray(y, yAt + i);
    }
}
