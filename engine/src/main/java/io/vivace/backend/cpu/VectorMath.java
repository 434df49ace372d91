package io.vivace.backend.cpu;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** The functions of {@link ScalarMath}, a vector at a time, with the same operations in the same order. */
final class VectorMath {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    // Ready-made vectors: broadcasting in place would double the operations that the compiler has to see through before it gives up.
    private static final FloatVector E2 = all(ScalarMath.E2), E3 = all(ScalarMath.E3), E4 = all(ScalarMath.E4),
            E5 = all(ScalarMath.E5), E6 = all(ScalarMath.E6), E7 = all(ScalarMath.E7);
    private static final FloatVector S0 = all(ScalarMath.S0), S1 = all(ScalarMath.S1), S2 = all(ScalarMath.S2),
            S3 = all(ScalarMath.S3), S4 = all(ScalarMath.S4), S5 = all(ScalarMath.S5), S6 = all(ScalarMath.S6);
    private static final FloatVector T0 = all(ScalarMath.T0), T1 = all(ScalarMath.T1), T2 = all(ScalarMath.T2),
            T3 = all(ScalarMath.T3), T4 = all(ScalarMath.T4), T5 = all(ScalarMath.T5), T6 = all(ScalarMath.T6), T7 = all(ScalarMath.T7);
    private static final FloatVector SIN3 = all(ScalarMath.SIN3), SIN5 = all(ScalarMath.SIN5), SIN7 = all(ScalarMath.SIN7),
            COS4 = all(ScalarMath.COS4), COS6 = all(ScalarMath.COS6), COS8 = all(ScalarMath.COS8), MINUS_HALF = all(-0.5f),
            TWO_OVER_PI = all(ScalarMath.TWO_OVER_PI), QUADRANT_ROUNDER = all(ScalarMath.QUADRANT_ROUNDER), SINE_END = all(ScalarMath.SINE_END),
            MINUS_HALF_PI_1 = all(-ScalarMath.HALF_PI_1), MINUS_HALF_PI_2 = all(-ScalarMath.HALF_PI_2), MINUS_HALF_PI_3 = all(-ScalarMath.HALF_PI_3);
    private static final FloatVector L0 = all(ScalarMath.L0), L1 = all(ScalarMath.L1), L2 = all(ScalarMath.L2), L3 = all(ScalarMath.L3),
            L4 = all(ScalarMath.L4), L5 = all(ScalarMath.L5), L6 = all(ScalarMath.L6);
    private static final FloatVector LOG2_E = all(ScalarMath.LOG2_E), ROUNDER = all(ScalarMath.ROUNDER),
            ERF_END = all(ScalarMath.ERF_END), ROOT_HALF = all(ScalarMath.ROOT_HALF), ROOT_2_OVER_PI = all(ScalarMath.ROOT_2_OVER_PI),
            GELU_CUBIC = all(ScalarMath.GELU_CUBIC), MINUS_LN2_LOW = all(-ScalarMath.LN2_LOW),
            MINUS_LN2_HIGH = all(-ScalarMath.LN2_HIGH), LEAST_HALF = all(ScalarMath.LEAST_EXPONENT / 2),
            LARGEST_HALF = all(ScalarMath.LARGEST_EXPONENT / 2), LEAST_EXPM1 = all(-80), ZERO = all(0), ONE = all(1), TWO = all(2),
            MINUS_TWO = all(-2), HALF = all(0.5f);
    private static final IntVector SIGN = IntVector.broadcast(SPECIES.withLanes(int.class), 0x80000000);

    private VectorMath() {}

    private static FloatVector all(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    static FloatVector exp(FloatVector x) {
        return expOfHalf(atMost(atLeast(x.mul(HALF), LEAST_HALF), LARGEST_HALF));
    }

    /** {@code max} and {@code min}, which differ for zeros only, take three times as many instructions. */
    private static FloatVector atLeast(FloatVector x, FloatVector bound) {
        return x.blend(bound, x.compare(LT, bound));
    }

    private static FloatVector atMost(FloatVector x, FloatVector bound) {
        return x.blend(bound, x.compare(GT, bound));
    }

    /** {@code e^(2x)} where that is a normal number. */
    private static FloatVector expOfHalf(FloatVector bounded) {
        FloatVector shifted = bounded.fma(LOG2_E, ROUNDER), scale = powerOfTwo(shifted);
        FloatVector root = fractionMinusOne(bounded, shifted.sub(ROUNDER)).fma(scale, scale);
        return root.mul(root);
    }

    static FloatVector expm1(FloatVector x) {
        return expm1BelowOne(x.min(ONE)).blend(exp(x).sub(ONE), x.compare(GT, ONE));
    }

    static FloatVector elu(FloatVector x) {
        return expm1BelowOne(x.min(ZERO)).blend(x, x.compare(GT, ZERO));
    }

    private static FloatVector expm1BelowOne(FloatVector x) {
        FloatVector bounded = atLeast(x, LEAST_EXPM1);
        FloatVector shifted = bounded.fma(LOG2_E, ROUNDER), scale = powerOfTwo(shifted);
        return fractionMinusOne(bounded, shifted.sub(ROUNDER)).fma(scale, scale.sub(ONE));
    }

    private static FloatVector fractionMinusOne(FloatVector x, FloatVector power) {
        FloatVector r = power.fma(MINUS_LN2_LOW, power.fma(MINUS_LN2_HIGH, x));
        FloatVector q = r.fma(E7, E6).fma(r, E5).fma(r, E4).fma(r, E3).fma(r, E2);
        return r.mul(r).fma(q, r);
    }

    private static FloatVector powerOfTwo(FloatVector shifted) {
        return shifted.reinterpretAsInts().lanewise(LSHL, ScalarMath.EXPONENT_SHIFT).reinterpretAsFloats();
    }

    static FloatVector sigmoid(FloatVector x) {
        return ONE.div(exp(x.neg()).add(ONE));
    }

    static FloatVector silu(FloatVector x) {
        return x.mul(sigmoid(x));
    }

    static FloatVector tanh(FloatVector x) {
        return signed(tanhOfPositive(x.abs()), x);
    }

    private static FloatVector tanhOfPositive(FloatVector x) {
        FloatVector t = expm1BelowOne(x.mul(MINUS_TWO));
        return t.neg().div(t.add(TWO));
    }

    static FloatVector softplus(FloatVector x) {
        FloatVector e = exp(x.abs().neg()), s = e.div(e.add(TWO)), z = s.mul(s), twice = s.add(s);
        FloatVector q = z.fma(L6, L5).fma(z, L4).fma(z, L3).fma(z, L2).fma(z, L1).fma(z, L0);
        return x.max(ZERO).add(twice.mul(z).fma(q, twice));
    }

    static FloatVector erf(FloatVector x) {
        return signed(erfOfPositive(x.abs()), x);
    }

    private static FloatVector erfOfPositive(FloatVector x) {
        FloatVector a = atMost(x, ERF_END), z = a.mul(a);
        FloatVector small = z.fma(S6, S5).fma(z, S4).fma(z, S3).fma(z, S2).fma(z, S1).fma(z, S0).mul(a);
        FloatVector log = a.fma(T7, T6).fma(a, T5).fma(a, T4).fma(a, T3).fma(a, T2).fma(a, T1).fma(a, T0);
        return small.blend(ONE.sub(expOfHalf(log.mul(HALF))), a.compare(GT, ONE));
    }

    static FloatVector geluErf(FloatVector x) {
        FloatVector a = x.abs();
        return a.fma(erfOfPositive(a.mul(ROOT_HALF)), x).mul(HALF);
    }

    static FloatVector geluTanh(FloatVector x) {
        FloatVector a = x.abs();
        return a.fma(tanhOfPositive(a.mul(GELU_CUBIC).mul(a).fma(a, a).mul(ROOT_2_OVER_PI)), x).mul(HALF);
    }

    /** Whether {@link #sineOfQuadrants} holds for all lanes; for NaN it does not. */
    static boolean withinSineRange(FloatVector x) {
        return x.abs().compare(LE, SINE_END).allTrue();
    }

    static FloatVector sineOfQuadrants(FloatVector x, int quadrants) {
        FloatVector shifted = x.fma(TWO_OVER_PI, QUADRANT_ROUNDER), multiple = shifted.sub(QUADRANT_ROUNDER);
        IntVector quadrant = shifted.reinterpretAsInts().add(quadrants);
        FloatVector r = multiple.fma(MINUS_HALF_PI_3, multiple.fma(MINUS_HALF_PI_2, multiple.fma(MINUS_HALF_PI_1, x))), z = r.mul(r);
        FloatVector sine = z.fma(SIN7, SIN5).fma(z, SIN3).mul(z).fma(r, r);
        FloatVector cosine = z.fma(COS8, COS6).fma(z, COS4).fma(z, MINUS_HALF).fma(z, ONE);
        FloatVector y = sine.blend(cosine, quadrant.and(1).compare(NE, 0).cast(SPECIES));
        return y.reinterpretAsInts().lanewise(XOR, quadrant.and(2).lanewise(LSHL, 30)).reinterpretAsFloats();
    }

    private static FloatVector signed(FloatVector magnitude, FloatVector sign) {
        return magnitude.reinterpretAsInts().or(sign.reinterpretAsInts().and(SIGN)).reinterpretAsFloats();
    }

    /** The sum of all lanes, halves first: {@code reduceLanes} may add in any order, and another one after it is compiled. */
    static float total(FloatVector x) {
        FloatVector sum = x;
        if (SPECIES.length() > 16) return scalarTotal(x);
        if (SPECIES.length() > 8) sum = sum.add(sum.rearrange(VectorShuffles.BY_8));
        if (SPECIES.length() > 4) sum = sum.add(sum.rearrange(VectorShuffles.BY_4));
        if (SPECIES.length() > 2) sum = sum.add(sum.rearrange(VectorShuffles.BY_2));
        return sum.lane(0) + sum.lane(1);
    }

    private static float scalarTotal(FloatVector x) {
        float[] lanes = x.toArray();
        for (int half = lanes.length / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        }
        return lanes[0];
    }
}
