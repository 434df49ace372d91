package io.vivace.graph;

import static io.vivace.graph.Arithmetic.Reduce.Kind.MEAN;
import static io.vivace.graph.Arithmetic.Unary.Kind.RECIPROCAL_ROOT;

import java.util.List;

/**
 * Group normalisation, modulated (FiLM) and activated in one pass over the data: {@code act((x̂·γ + β)·(1 + scale) + shift)}, x̂ normalised
 * over each group's channels and all frames. arXiv 1803.08494, eq. 1–3; FiLM: arXiv 1709.07871.
 *
 * @param x     [batch, frames, channels]
 * @param gamma [channels]
 * @param beta  [channels]
 * @param scale [batch, channels], or null without modulation
 * @param shift like scale, or null with it
 */
public record GroupNorm(Value x, int groups, Value gamma, Value beta, double epsilon, Value scale, Value shift, Activation activation) implements Fused {

    /** Neither modulated nor activated. */
    public GroupNorm(Value x, int groups, Value gamma, Value beta, double epsilon) {
        this(x, groups, gamma, beta, epsilon, null, null, Activation.NONE);
    }

    @Override
    public List<Value> operands() {
        return Operands.present(x, gamma, beta, scale, shift);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, x);
        Check.that(this, groups > 0 && s.last() % groups == 0);
        Check.exactly(this, gamma, s.last());
        Check.exactly(this, beta, s.last());
        Check.that(this, (scale == null) == (shift == null));
        if (scale != null) Film.check(this, x, scale, shift);
        return s;
    }

    @Override
    public Value decompose(Graph g) {
        int batch = x.shape().at(0), frames = x.shape().at(1), channels = x.shape().at(2);
        Value grouped = x.reshape(batch, frames, groups, channels / groups).transpose(0, 2, 1, 3)
                .reshape(batch, groups, frames * channels / groups);
        Value centred = grouped.minus(grouped.reduce(MEAN, -1));
        Value variance = centred.times(centred).reduce(MEAN, -1);
        Value y = centred.times(variance.affine(1, epsilon).apply(RECIPROCAL_ROOT));
        y = y.reshape(batch, groups, frames, channels / groups).transpose(0, 2, 1, 3).reshape(batch, frames, channels);
        y = y.times(gamma).plus(beta);
        return activation.decompose(scale == null ? y : Film.modulate(y, scale, shift));
    }
}
