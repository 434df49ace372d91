package io.vivace.graph;

import static io.vivace.graph.Arithmetic.Reduce.Kind.MEAN;
import static io.vivace.graph.Arithmetic.Unary.Kind.RECIPROCAL_ROOT;

import java.util.List;

/**
 * {@code (x − mean)/√(variance + ε)·γ + β} over the last axis. arXiv 1607.06450.
 *
 * @param x     [.., channels]
 * @param gamma [channels]
 * @param beta  [channels], or null
 */
public record LayerNorm(Value x, Value gamma, Value beta, double epsilon) implements Fused {
    @Override
    public List<Value> operands() {
        return Operands.present(x, gamma, beta);
    }

    @Override
    public Shape shape() {
        Shape s = Check.floats(this, x);
        Check.exactly(this, gamma, s.last());
        if (beta != null) Check.exactly(this, beta, s.last());
        return s;
    }

    @Override
    public Value decompose(Graph g) {
        Value y = normalize(x, epsilon).times(gamma);
        return beta == null ? y : y.plus(beta);
    }

    static Value normalize(Value x, double epsilon) {
        Value centred = x.minus(x.reduce(MEAN, -1));
        Value variance = centred.times(centred).reduce(MEAN, -1);
        return centred.times(variance.affine(1, epsilon).apply(RECIPROCAL_ROOT));
    }
}
