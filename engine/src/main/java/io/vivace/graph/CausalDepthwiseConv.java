package io.vivace.graph;

import java.util.List;

/**
 * Convolution over time of every channel by itself, which looks back only:
 * {@code y[t] = act(bias + Σ_j weight[j]·x[t − kernel + 1 + j])}. What lies before the first frame is the state, or zero.
 *
 * @param x      [batch, frames, channels]
 * @param weight [kernel, channels], the oldest frame's first
 * @param bias   [channels], or null
 * @param state  state [batch, kernel − 1, channels]: the last frames, oldest first, that the convolution goes on from and leaves behind; or null
 */
public record CausalDepthwiseConv(Value x, Value weight, Value bias, Value state, Activation activation) implements Fused {
    public int kernel() {
        return weight.shape().at(0);
    }

    @Override
    public List<Value> operands() {
        return Operands.present(x, weight, bias, state);
    }

    @Override
    public List<Value> writes() {
        return Operands.present(state);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, x);
        Check.that(this, s.at(1) > 0 && weight.shape().rank() == 2 && kernel() > 1);
        Check.exactly(this, weight, kernel(), s.last());
        if (bias != null) Check.exactly(this, bias, s.last());
        if (state != null) Check.exactly(this, state, s.at(0), kernel() - 1, s.last());
        return s;
    }

    @Override
    public Value decompose(Graph g) {
        int frames = x.shape().at(1), past = kernel() - 1;
        Value all = state == null ? g.add(new Rearrangement.Pad(x, past, 0, Rearrangement.Pad.Mode.ZERO)) : g.concat(1, state, x);
        Value y = bias;
        for (int tap = 0; tap < kernel(); tap++) {
            Value share = all.slice(1, tap, tap + frames).times(weight.slice(0, tap, tap + 1));
            y = y == null ? share : y.plus(share);
        }
        if (state != null) g.add(new Stepwise.Write(state, 0, g.constant(Tensor.of(Shape.of(1), 0)), all.slice(1, frames, frames + past)));
        return activation.decompose(y);
    }
}
