package io.vivace.graph;

import java.util.List;

/**
 * Classifier-free guidance, arXiv 2207.12598: {@code null + scale·(conditional − null)}.
 *
 * @param both  [2·batch, ..]: the conditional rows, then the null rows
 * @param scale float32 [1]
 */
public record Guide(Value both, Value scale) implements Fused {
    @Override
    public List<Value> operands() {
        return List.of(both, scale);
    }

    @Override
    public Shape shape() {
        Shape s = Check.floats(this, both);
        Check.exactly(this, scale, 1);
        Check.that(this, s.at(0) % 2 == 0);
        return s.with(0, s.at(0) / 2);
    }

    @Override
    public Value decompose(Graph g) {
        int batch = both.shape().at(0) / 2;
        Value conditional = both.slice(0, 0, batch), none = both.slice(0, batch, 2 * batch);
        return none.plus(conditional.minus(none).times(scale));
    }
}
