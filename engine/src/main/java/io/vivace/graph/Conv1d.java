package io.vivace.graph;

import java.util.List;

/**
 * Convolution over time: {@code y = act(conv(pad(x)) + bias + residual)}.
 *
 * @param x        [batch, frames, inputs]
 * @param weight   [outputs, kernel·inputs], tap outermost
 * @param bias     [outputs], or null
 * @param residual like the result, or null
 * @param left     frames of padding before x
 * @param right    frames of padding after x
 */
public record Conv1d(Value x, Value weight, Value bias, Value residual, int kernel, int stride, int dilation, int left, int right,
        Rearrangement.Pad.Mode mode, Activation activation) implements Fused {
    @Override
    public List<Value> operands() {
        return Operands.present(x, weight, bias, residual);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, x), w = Check.floats(this, weight);
        long padded = (long) s.at(1) + left + right;
        Check.that(this, kernel > 0 && stride > 0 && dilation > 0 && left >= 0 && right >= 0);
        Check.that(this, padded >= Rearrangement.Unfold.reach(kernel, dilation));
        Check.that(this, w.rank() == 2 && w.last() == (long) kernel * s.last());
        Check.that(this, mode == Rearrangement.Pad.Mode.ZERO || s.at(1) > 0);
        Shape result = Shape.of(s.at(0), Rearrangement.Unfold.windows(padded, kernel, stride, dilation), w.at(0));
        if (bias != null) Check.exactly(this, bias, w.at(0));
        if (residual != null) Check.exactly(this, residual, result.toArray());
        return result;
    }

    @Override
    public Value decompose(Graph g) {
        Value padded = left + right == 0 ? x : g.add(new Rearrangement.Pad(x, left, right, mode));
        Value windows = g.add(new Rearrangement.Unfold(padded, kernel, stride, dilation));
        return new Linear(windows, weight, bias, residual, activation).decompose(g);
    }
}
