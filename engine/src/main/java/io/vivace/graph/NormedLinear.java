package io.vivace.graph;

import java.util.List;

/**
 * {@code y = act(norm(x)·Wᵀ + bias)}: a normalisation that a single product reads. In a decoding step the kernel normalises on the way and one
 * launch is saved; elsewhere it is the two operations that it stands for.
 *
 * @param norm   how rows are normalised
 * @param x      [.., inputs]
 * @param gamma  [inputs]
 * @param beta   [inputs], or null; with {@code LAYER} only
 * @param weight [outputs, inputs]
 * @param bias   [outputs], or null
 */
public record NormedLinear(AdaptiveNorm.Kind norm, Value x, Value gamma, Value beta, double epsilon, Value weight, Value bias, Activation activation)
        implements Fused {
    @Override
    public List<Value> operands() {
        return Operands.present(x, gamma, beta, weight, bias);
    }

    @Override
    public Shape shape() {
        Shape s = Check.floats(this, x), w = Check.floats(this, weight);
        Check.that(this, w.rank() == 2 && s.rank() >= 2 && s.last() == w.last());
        Check.exactly(this, gamma, s.last());
        Check.that(this, beta == null || norm == AdaptiveNorm.Kind.LAYER);
        if (beta != null) Check.exactly(this, beta, s.last());
        if (bias != null) Check.exactly(this, bias, w.at(0));
        return s.withLast(w.at(0));
    }

    @Override
    public Value decompose(Graph g) {
        Value normal = g.add(switch (norm) {
            case LAYER -> new LayerNorm(x, gamma, beta, epsilon);
            case ROOT_MEAN_SQUARE -> new RmsNorm(x, gamma, epsilon);
        });
        return g.add(linear(normal));
    }

    /** The product alone, of rows that are normalised already. */
    public Linear linear(Value normal) {
        return new Linear(normal, weight, bias, null, activation);
    }
}
