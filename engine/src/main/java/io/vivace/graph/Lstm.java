package io.vivace.graph;

import java.util.List;

/**
 * One layer of long short-term memory; gates in the order input, forget, cell, output (PyTorch's nn.LSTM).
 *
 * @param x       [batch, frames, inputs]
 * @param wInput  [4·units, inputs]
 * @param wHidden [4·units, units]
 * @param bias    [4·units], the sum of PyTorch's two
 * @param hidden  state [batch, units] that the layer goes on from and leaves behind, or null to start from zeros
 * @param cell    state, like hidden
 */
public record Lstm(Value x, Value wInput, Value wHidden, Value bias, Value hidden, Value cell) implements Fused {
    public int units() {
        return wHidden.shape().last();
    }

    @Override
    public List<Value> operands() {
        return Operands.present(x, wInput, wHidden, bias, hidden, cell);
    }

    @Override
    public List<Value> writes() {
        return Operands.present(hidden, cell);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, x);
        Check.that(this, s.at(1) > 0 && wHidden.shape().rank() == 2 && (hidden == null) == (cell == null));
        Check.exactly(this, wInput, 4 * units(), s.last());
        Check.exactly(this, wHidden, 4 * units(), units());
        Check.exactly(this, bias, 4 * units());
        if (hidden != null) Check.exactly(this, hidden, s.at(0), units());
        if (cell != null) Check.exactly(this, cell, s.at(0), units());
        return s.withLast(units());
    }

    @Override
    public Value decompose(Graph g) {
        int batch = x.shape().at(0), frames = x.shape().at(1);
        Value zeros = g.constant(Tensor.zeros(DType.FLOAT32, Shape.of(batch, units())));
        Value h = hidden == null ? zeros : hidden, c = cell == null ? zeros : cell;
        Value inputs = g.add(new Arithmetic.MatMul(x, wInput, true)).plus(bias);
        Value[] outputs = new Value[frames];
        for (int t = 0; t < frames; t++) {
            Value gates = inputs.slice(1, t, t + 1).reshape(batch, 4 * units()).plus(g.add(new Arithmetic.MatMul(h, wHidden, true)));
            Value keep = gate(gates, 1, Activation.SIGMOID).times(c);
            c = keep.plus(gate(gates, 0, Activation.SIGMOID).times(gate(gates, 2, Activation.TANH)));
            h = gate(gates, 3, Activation.SIGMOID).times(Activation.TANH.decompose(c));
            outputs[t] = h.reshape(batch, 1, units());
        }
        if (hidden != null) {
            Value start = g.constant(Tensor.of(Shape.of(1), 0));
            g.add(new Stepwise.Write(hidden, 0, start, h));
            g.add(new Stepwise.Write(cell, 0, start, c));
        }
        return g.concat(1, outputs);
    }

    private Value gate(Value gates, int number, Activation activation) {
        return activation.decompose(gates.slice(-1, number * units(), (number + 1) * units()));
    }
}
