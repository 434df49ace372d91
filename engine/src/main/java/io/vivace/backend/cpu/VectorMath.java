package io.vivace.backend.cpu;

import static io.vivace.backend.cpu.ScalarMath.*;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The functions of {@link ScalarMath}, a vector at a time, with the same operations in the same order. */
final class VectorMath {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private VectorMath() {}

    private static FloatVector all(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    static FloatVector exp(FloatVector x) {
        FloatVector bounded = x.mul(0.5f).max(LEAST_EXPONENT / 2).min(LARGEST_EXPONENT / 2);
        FloatVector shifted = bounded.fma(all(LOG2_E), all(ROUNDER)), scale = powerOfTwo(shifted);
        FloatVector root = fractionMinusOne(bounded, shifted.sub(ROUNDER)).fma(scale, scale);
        return root.mul(root);
    }

    static FloatVector expm1(FloatVector x) {
        return expm1BelowOne(x.min(1)).blend(exp(x).sub(1), x.compare(GT, 1));
    }

    static FloatVector elu(FloatVector x) {
        return expm1BelowOne(x.min(0)).blend(x, x.compare(GT, 0));
    }

    private static FloatVector expm1BelowOne(FloatVector x) {
        FloatVector bounded = x.max(-80);
        FloatVector shifted = bounded.fma(all(LOG2_E), all(ROUNDER)), scale = powerOfTwo(shifted);
        return fractionMinusOne(bounded, shifted.sub(ROUNDER)).fma(scale, scale.sub(1));
    }

    private static FloatVector fractionMinusOne(FloatVector x, FloatVector power) {
        FloatVector r = power.fma(all(-LN2_LOW), power.fma(all(-LN2_HIGH), x));
        FloatVector q = r.fma(all(E7), all(E6)).fma(r, all(E5)).fma(r, all(E4)).fma(r, all(E3)).fma(r, all(E2));
        return r.mul(r).fma(q, r);
    }

    private static FloatVector powerOfTwo(FloatVector shifted) {
        return shifted.reinterpretAsInts().lanewise(LSHL, EXPONENT_SHIFT).reinterpretAsFloats();
    }

    static FloatVector sigmoid(FloatVector x) {
        return all(1).div(exp(x.neg()).add(1));
    }

    static FloatVector silu(FloatVector x) {
        return x.mul(sigmoid(x));
    }

    static FloatVector tanh(FloatVector x) {
        FloatVector t = expm1BelowOne(x.abs().mul(-2));
        return signed(t.neg().div(t.add(2)), x);
    }

    static FloatVector erf(FloatVector x) {
        FloatVector a = x.abs().min(ERF_END), z = a.mul(a);
        FloatVector small = z.fma(all(S6), all(S5)).fma(z, all(S4)).fma(z, all(S3)).fma(z, all(S2)).fma(z, all(S1)).fma(z, all(S0)).mul(a);
        FloatVector log = a.fma(all(T7), all(T6)).fma(a, all(T5)).fma(a, all(T4)).fma(a, all(T3)).fma(a, all(T2)).fma(a, all(T1)).fma(a, all(T0));
        return signed(small.blend(all(1).sub(exp(log)), a.compare(GT, 1)), x);
    }

    static FloatVector geluErf(FloatVector x) {
        return x.mul(0.5f).mul(erf(x.mul(ROOT_HALF)).add(1));
    }

    static FloatVector geluTanh(FloatVector x) {
        return x.mul(0.5f).mul(tanh(x.mul(GELU_CUBIC).mul(x).fma(x, x).mul(ROOT_2_OVER_PI)).add(1));
    }

    private static FloatVector signed(FloatVector magnitude, FloatVector sign) {
        return magnitude.reinterpretAsInts().or(sign.reinterpretAsInts().and(0x80000000)).reinterpretAsFloats();
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
