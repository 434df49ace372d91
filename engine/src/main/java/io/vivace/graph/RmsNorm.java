package io.vivace.graph;

import static io.vivace.graph.Arithmetic.Reduce.Kind.MEAN;
import static io.vivace.graph.Arithmetic.Unary.Kind.RECIPROCAL_ROOT;

import java.util.List;

/**
 * {@code x/√(mean(x²) + ε)·γ} over the last axis. arXiv 1910.07467.
 *
 * @param x     [.., channels]
 * @param gamma [channels]
 */
public record RmsNorm(Value x, Value gamma, double epsilon) implements Fused {
    @Override
    public List<Value> operands() {
        return List.of(x, gamma);
    }

    @Override
    public Shape shape() {
        Shape s = Check.floats(this, x);
        Check.exactly(this, gamma, s.last());
        return s;
    }

    @Override
    public Value decompose(Graph g) {
        return normalize(x, epsilon).times(gamma);
    }

    static Value normalize(Value x, double epsilon) {
        Value square = x.times(x).reduce(MEAN, -1);
        return x.times(square.affine(1, epsilon).apply(RECIPROCAL_ROOT));
    }
}
