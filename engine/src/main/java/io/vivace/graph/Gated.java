package io.vivace.graph;

import java.util.List;

/** {@code act(a) * b} for the halves a, b of the last axis: the gate of GEGLU and SwiGLU, arXiv 2002.05202. */
public record Gated(Value x, Activation activation) implements Fused {
    @Override
    public List<Value> operands() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        Shape s = Check.floats(this, x);
        Check.that(this, s.last() % 2 == 0);
        return s.withLast(s.last() / 2);
    }

    @Override
    public Value decompose(Graph g) {
        int half = x.shape().last() / 2;
        return activation.decompose(x.slice(-1, 0, half)).times(x.slice(-1, half, 2 * half));
    }
}
