package io.vivace.graph;

import io.vivace.graph.Arithmetic.Unary.Kind;

/** Elementwise functions that follow other operations. */
public enum Activation {
    NONE,
    /** max(x, 0) */
    RELU,
    /** x·Φ(x) with the exact normal distribution (transformers: "gelu"). */
    GELU_ERF,
    /** 0.5x(1 + tanh(√(2/π)(x + 0.044715x³))) (transformers: "gelu_new", "gelu_pytorch_tanh"). */
    GELU_TANH,
    /** x for x &gt; 0, else eˣ − 1. */
    ELU,
    TANH,
    SIGMOID,
    /** x·sigmoid(x) */
    SILU,
    /** x for x &gt; 0, else 0.1x: the slope that vocoders after HiFi-GAN take (arXiv 2010.05646). */
    LEAKY_RELU;

    /** Of {@link #LEAKY_RELU} below 0. */
    public static final double LEAK = 0.1;

    Value decompose(Value x) {
        return switch (this) {
            case NONE -> x;
            case RELU -> x.apply(Kind.RELU);
            case GELU_ERF -> x.affine(0.5, 0).times(x.affine(Math.sqrt(0.5), 0).apply(Kind.ERF).affine(1, 1));
            case GELU_TANH -> {
                Value cubic = x.times(x).times(x).affine(0.044715, 0);
                Value inner = x.plus(cubic).affine(Math.sqrt(2 / Math.PI), 0).apply(Kind.TANH);
                yield x.affine(0.5, 0).times(inner.affine(1, 1));
            }
            case ELU -> x.apply(Kind.RELU).plus(x.apply(Kind.MINIMUM_ZERO).apply(Kind.EXPM1));
            case TANH -> x.apply(Kind.TANH);
            case SIGMOID -> x.apply(Kind.SIGMOID);
            case SILU -> x.times(x.apply(Kind.SIGMOID));
            case LEAKY_RELU -> x.apply(Kind.RELU).plus(x.apply(Kind.MINIMUM_ZERO).affine(LEAK, 0));
        };
    }
}
