package io.vivace.graph;

import java.util.List;

/** An activation that no neighbouring operation could take along. */
public record Activate(Value x, Activation activation) implements Fused {
    @Override
    public List<Value> operands() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return Check.floats(this, x);
    }

    @Override
    public Value decompose(Graph g) {
        return activation.decompose(x);
    }
}
