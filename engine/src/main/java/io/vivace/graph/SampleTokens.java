package io.vivace.graph;

import java.util.List;

/**
 * Filters logits and draws a token a codebook: {@link Sampling.Probabilities}, then {@link Sampling.Draw}, whose
 * parameters these are.
 */
public record SampleTokens(Value logits, Value settings, Value keys, Value step) implements Fused {
    @Override
    public List<Value> operands() {
        return List.of(logits, settings, keys, step);
    }

    @Override
    public Shape shape() {
        Shape s = new Sampling.Probabilities(logits, settings).shape();
        Check.scalar(this, step);
        Check.that(this, Check.ints(this, keys).equals(Shape.of(s.at(0), 3)));
        return Shape.of(s.at(0), s.at(1));
    }

    @Override
    public DType dtype() {
        return DType.INT32;
    }

    @Override
    public Value decompose(Graph g) {
        return g.add(new Sampling.Draw(g.add(new Sampling.Probabilities(logits, settings)), keys, step));
    }
}
