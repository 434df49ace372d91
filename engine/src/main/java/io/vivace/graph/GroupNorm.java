package io.vivace.graph;

import static io.vivace.graph.Arithmetic.Reduce.Kind.MEAN;
import static io.vivace.graph.Arithmetic.Unary.Kind.RECIPROCAL_ROOT;

import java.util.List;

/**
 * {@code x̂·γ + β}, x̂ normalised over each group's channels and all frames. arXiv 1803.08494, eq. 1–3.
 *
 * @param x     [batch, frames, channels]
 * @param gamma [channels]
 * @param beta  [channels]
 */
public record GroupNorm(Value x, int groups, Value gamma, Value beta, double epsilon) implements Fused {
    @Override
    public List<Value> operands() {
        return List.of(x, gamma, beta);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, x);
        Check.that(this, groups > 0 && s.last() % groups == 0);
        Check.exactly(this, gamma, s.last());
        Check.exactly(this, beta, s.last());
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
        return y.times(gamma).plus(beta);
    }
}
