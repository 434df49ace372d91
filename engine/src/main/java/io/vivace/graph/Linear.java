package io.vivace.graph;

import java.util.List;

/**
 * {@code y = act(x·Wᵀ + bias + residual)}.
 *
 * @param x        [.., inputs]
 * @param weight   [outputs, inputs]
 * @param bias     [outputs], or null
 * @param residual [.., outputs], or null
 */
public record Linear(Value x, Value weight, Value bias, Value residual, Activation activation) implements Fused {
    @Override
    public List<Value> operands() {
        return Operands.present(x, weight, bias, residual);
    }

    @Override
    public Shape shape() {
        Shape s = Check.floats(this, x), w = Check.floats(this, weight);
        Check.that(this, w.rank() == 2 && s.rank() >= 2 && s.last() == w.last());
        Shape result = s.withLast(w.at(0));
        if (bias != null) Check.exactly(this, bias, w.at(0));
        if (residual != null) Check.exactly(this, residual, result.toArray());
        return result;
    }

    @Override
    public Value decompose(Graph g) {
        Value y = g.add(new Arithmetic.MatMul(x, weight, true));
        if (bias != null) y = y.plus(bias);
        if (residual != null) y = y.plus(residual);
        return activation.decompose(y);
    }
}
