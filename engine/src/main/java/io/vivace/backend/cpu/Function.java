package io.vivace.backend.cpu;

import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic.Unary;

/** Every elementwise function of the graph; those that are both an activation and a primitive are one. */
enum Function {
    RELU, GELU_ERF, GELU_TANH, ELU, TANH, SIGMOID, SILU, LEAKY_RELU, MINIMUM_ZERO, EXP, EXPM1, LOG, ERF, RECIPROCAL_ROOT, SIN, COS, SOFTPLUS;

    /** Null for {@link Activation#NONE}. */
    static Function of(Activation activation) {
        return switch (activation) {
            case NONE -> null;
            case RELU -> RELU;
            case GELU_ERF -> GELU_ERF;
            case GELU_TANH -> GELU_TANH;
            case ELU -> ELU;
            case TANH -> TANH;
            case SIGMOID -> SIGMOID;
            case SILU -> SILU;
            case LEAKY_RELU -> LEAKY_RELU;
        };
    }

    static Function of(Unary.Kind kind) {
        return switch (kind) {
            case RELU -> RELU;
            case MINIMUM_ZERO -> MINIMUM_ZERO;
            case EXP -> EXP;
            case EXPM1 -> EXPM1;
            case LOG -> LOG;
            case TANH -> TANH;
            case SIGMOID -> SIGMOID;
            case ERF -> ERF;
            case RECIPROCAL_ROOT -> RECIPROCAL_ROOT;
            case SIN -> SIN;
            case COS -> COS;
            case SOFTPLUS -> SOFTPLUS;
        };
    }
}
