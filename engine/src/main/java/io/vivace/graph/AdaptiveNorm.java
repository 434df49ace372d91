package io.vivace.graph;

import java.util.List;

/**
 * Normalisation over the last axis whose result a condition modulates: {@code (x̂·γ + β)·(1 + scale) + shift}. The adaptive norm of diffusion
 * transformers, arXiv 2212.09748 §3.2.
 *
 * @param kind  how x̂ comes from x
 * @param x     [batch, .., channels]
 * @param gamma [channels], or null
 * @param beta  [channels], or null
 * @param scale [batch, channels]
 * @param shift [batch, channels]
 */
public record AdaptiveNorm(Kind kind, Value x, Value gamma, Value beta, double epsilon, Value scale, Value shift) implements Fused {
    public enum Kind {
        /** As {@link LayerNorm}. */
        LAYER,
        /** As {@link RmsNorm}. */
        ROOT_MEAN_SQUARE
    }

    @Override
    public List<Value> operands() {
        return Operands.present(x, gamma, beta, scale, shift);
    }

    @Override
    public Shape shape() {
        Film.check(this, x, scale, shift);
        if (gamma != null) Check.exactly(this, gamma, x.shape().last());
        if (beta != null) Check.exactly(this, beta, x.shape().last());
        return x.shape();
    }

    @Override
    public Value decompose(Graph g) {
        Value y = switch (kind) {
            case LAYER -> LayerNorm.normalize(x, epsilon);
            case ROOT_MEAN_SQUARE -> RmsNorm.normalize(x, epsilon);
        };
        if (gamma != null) y = y.times(gamma);
        if (beta != null) y = y.plus(beta);
        return Film.modulate(y, scale, shift);
    }
}
