package io.vivace.backend.cpu;

import io.vivace.graph.Activation;

/**
 * Elementary functions in float32, one element at a time: the twin of {@code VectorMath}, operation for operation, so that an element's result
 * does not depend on whether it fell into a vector or into the rest behind the last one. Relative error at most 2.5e-7 (erf and tanh: 4e-7;
 * sine and cosine: 1e-7 of 1), measured against double precision over the whole range.
 */
final class ScalarMath {
    static final float LOG2_E = 1.442695041f;
    /** ln 2 in two parts; the first has so few digits that its multiples are exact. */
    static final float LN2_HIGH = 0.693359375f, LN2_LOW = -2.12194440e-4f;
    /** Adding 1.5·2²³ rounds to a whole number n; with 127 on top, the low bits of the sum are the exponent bits of 2ⁿ. */
    static final float ROUNDER = 0x1.8p23f + 127;
    static final int EXPONENT_SHIFT = 23;
    /** Beyond these eˣ is 0 and infinity in float32. */
    static final float LEAST_EXPONENT = -104, LARGEST_EXPONENT = 89;
    /** (eʳ − 1 − r)/r², Taylor; the next term is below 1.5e-8 of the result for |r| ≤ ln 2/2. */
    static final float E2 = 1 / 2f, E3 = 1 / 6f, E4 = 1 / 24f, E5 = 1 / 120f, E6 = 1 / 720f, E7 = 1 / 5040f;
    /** erf(x)/x as a polynomial in x² for |x| ≤ 1, minimax fit of degree 6, error 1.2e-9. */
    static final float S0 = 1.1283791065216064f, S1 = -0.3761262595653534f, S2 = 0.11283600330352783f, S3 = -0.026854444295167923f,
            S4 = 0.005189535673707724f, S5 = -0.0008020842215046287f, S6 = 7.889122935011983e-05f;
    /** ln(1 − erf(x)) as a polynomial in x for 1 ≤ x ≤ 4, minimax fit of degree 7 weighted by 1 − erf(x), error 2.1e-11. */
    static final float T0 = 0.0001880370546132326f, T1 = -1.1295783519744873f, T2 = -0.6332198977470398f, T3 = -0.1084185540676117f,
            T4 = 0.025208240374922752f, T5 = -0.004204556345939636f, T6 = 0.00044133528717793524f, T7 = -2.1686762920580804e-05f;
    /** artanh(s) = s + s³·(L0 + L1·s² + …), Taylor; for s up to 1/3 the next term is below 1.3e-8 of the result. */
    static final float L0 = 1 / 3f, L1 = 1 / 5f, L2 = 1 / 7f, L3 = 1 / 9f, L4 = 1 / 11f, L5 = 1 / 13f, L6 = 1 / 15f;
    /** From here on erf is 1 in float32. */
    static final float ERF_END = 4;
    /** π/2 in three parts, each the nearest float32 to what the ones before leave. */
    static final float HALF_PI_1 = 1.5707964f, HALF_PI_2 = -4.371139e-8f, HALF_PI_3 = -1.7151245e-15f, TWO_OVER_PI = 0.63661975f;
    /** Adding it rounds to a whole number, whose last bits are those of the sum. */
    static final float QUADRANT_ROUNDER = 0x1.8p23f;
    /** Beyond it sine and cosine are taken in double precision. */
    static final float SINE_END = 1e5f;
    /** Sine r + r³·(..r²) and cosine 1 − r²/2 + r⁴·(..r²) on [−π/4, π/4]: minimax fits of S. Moshier's Cephes, error 2e-9 and 1e-8. */
    static final float SIN3 = -1.6666654611e-1f, SIN5 = 8.3321608736e-3f, SIN7 = -1.9515295891e-4f;
    static final float COS4 = 4.166664568298827e-2f, COS6 = -1.388731625493765e-3f, COS8 = 2.443315711809948e-5f;
    static final float ROOT_HALF = 0.70710678f, ROOT_2_OVER_PI = 0.79788456f, GELU_CUBIC = 0.044715f, LEAK = (float) Activation.LEAK;

    private ScalarMath() {}

    static float apply(Function function, float x) {
        return switch (function) {
            case RELU -> Math.max(x, 0);
            case MINIMUM_ZERO -> Math.min(x, 0);
            case GELU_ERF -> geluErf(x);
            case GELU_TANH -> geluTanh(x);
            case ELU -> x > 0 ? x : expm1(x);
            case TANH -> tanh(x);
            case SIGMOID -> sigmoid(x);
            case SILU -> x * sigmoid(x);
            case LEAKY_RELU -> Math.max(x, x * LEAK);
            case EXP -> exp(x);
            case EXPM1 -> expm1(x);
            case LOG -> (float) Math.log(x);
            case ERF -> erf(x);
            case RECIPROCAL_ROOT -> 1 / (float) Math.sqrt(x);
            case SIN -> Math.abs(x) <= SINE_END ? sineOfQuadrants(x, 0) : (float) Math.sin(x);
            case COS -> Math.abs(x) <= SINE_END ? sineOfQuadrants(x, 1) : (float) Math.cos(x);
            case SOFTPLUS -> softplus(x);
        };
    }

    /** (e^(x/2))², so that neither factor leaves the range before the result does. */
    static float exp(float x) {
        float bounded = Math.min(Math.max(x * 0.5f, LEAST_EXPONENT / 2), LARGEST_EXPONENT / 2);
        float shifted = Math.fma(bounded, LOG2_E, ROUNDER);
        float scale = powerOfTwo(shifted), root = Math.fma(fractionMinusOne(bounded, shifted - ROUNDER), scale, scale);
        return root * root;
    }

    /** eˣ − 1, exact for small x too. */
    static float expm1(float x) {
        return x > 1 ? exp(x) - 1 : expm1BelowOne(x);
    }

    private static float expm1BelowOne(float x) {
        float bounded = Math.max(x, -80);
        float shifted = Math.fma(bounded, LOG2_E, ROUNDER), scale = powerOfTwo(shifted);
        return Math.fma(fractionMinusOne(bounded, shifted - ROUNDER), scale, scale - 1);
    }

    /** eʳ − 1 for r = x − power·ln 2. */
    private static float fractionMinusOne(float x, float power) {
        float r = Math.fma(power, -LN2_LOW, Math.fma(power, -LN2_HIGH, x));
        float q = Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(E7, r, E6), r, E5), r, E4), r, E3), r, E2);
        return Math.fma(r * r, q, r);
    }

    /** 2ⁿ for n + {@link #ROUNDER}. */
    private static float powerOfTwo(float shifted) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << EXPONENT_SHIFT);
    }

    static float sigmoid(float x) {
        return 1 / (1 + exp(-x));
    }

    static float tanh(float x) {
        return signed(tanhOfPositive(Math.abs(x)), x);
    }

    private static float tanhOfPositive(float x) {
        float t = expm1BelowOne(x * -2);
        return -t / (t + 2);
    }

    /** ln(1 + eˣ) as max(x, 0) + ln(1 + e^−|x|), whose logarithm is 2·artanh(e/(e + 2)): exact where it is small, too. */
    static float softplus(float x) {
        float e = exp(-Math.abs(x)), s = e / (e + 2), z = s * s, twice = s + s;
        float q = Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(L6, z, L5), z, L4), z, L3), z, L2), z, L1), z, L0);
        return Math.max(x, 0) + Math.fma(twice * z, q, twice);
    }

    static float erf(float x) {
        return signed(erfOfPositive(Math.abs(x)), x);
    }

    private static float erfOfPositive(float x) {
        float a = Math.min(x, ERF_END), z = a * a;
        if (a <= 1) return Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(S6, z, S5), z, S4), z, S3), z, S2), z, S1), z, S0) * a;
        float log = Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(T7, a, T6), a, T5), a, T4), a, T3), a, T2), a, T1), a, T0);
        return 1 - exp(log);
    }

    /** x·erf(x) is |x|·erf(|x|): no sign to restore. */
    private static float geluErf(float x) {
        float a = Math.abs(x);
        return Math.fma(a, erfOfPositive(a * ROOT_HALF), x) * 0.5f;
    }

    private static float geluTanh(float x) {
        float a = Math.abs(x);
        return Math.fma(a, tanhOfPositive(Math.fma(a * GELU_CUBIC * a, a, a) * ROOT_2_OVER_PI), x) * 0.5f;
    }

    /** sin(x + quadrants·π/2) */
    private static float sineOfQuadrants(float x, int quadrants) {
        float shifted = Math.fma(x, TWO_OVER_PI, QUADRANT_ROUNDER), multiple = shifted - QUADRANT_ROUNDER;
        int quadrant = Float.floatToRawIntBits(shifted) + quadrants;
        float r = Math.fma(multiple, -HALF_PI_3, Math.fma(multiple, -HALF_PI_2, Math.fma(multiple, -HALF_PI_1, x))), z = r * r;
        float sine = Math.fma(Math.fma(Math.fma(SIN7, z, SIN5), z, SIN3) * z, r, r);
        float cosine = Math.fma(Math.fma(Math.fma(Math.fma(COS8, z, COS6), z, COS4), z, -0.5f), z, 1);
        float y = (quadrant & 1) == 0 ? sine : cosine;
        return (quadrant & 2) == 0 ? y : -y;
    }

    private static float signed(float magnitude, float sign) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | Float.floatToRawIntBits(sign) & 0x80000000);
    }
}
