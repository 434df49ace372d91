package io.vivace.graph;

import static io.vivace.graph.Arithmetic.Reduce.Kind.SUM;
import static io.vivace.graph.Arithmetic.Unary.Kind.EXP;
import static io.vivace.graph.Arithmetic.Unary.Kind.RELU;
import static io.vivace.graph.Arithmetic.Unary.Kind.SOFTPLUS;

import java.util.List;

/**
 * The state-space layer of Mamba-2 (SSD), with what surrounds it: for every head with a state [size, states]
 * {@code S[p,n] = e^(Δ·A)·S[p,n] + Δ·x[p]·B[n]} from frame to frame, {@code y[p] = (Σ_n C[n]·S[p,n] + D·x[p])·SiLU(z[p])}, where
 * {@code Δ = clamp(softplus(delta + bias), least, most)} is one number a head. Neighbouring heads share the B and C of their group.
 * arXiv 2405.21060, §2 and §6.
 *
 * @param x         [batch, frames, heads·size]
 * @param delta     step sizes before bias and softplus, [batch, frames, heads]
 * @param deltaBias [heads], or null
 * @param a         [heads], negative: −exp(A_log) of a checkpoint
 * @param b         [batch, frames, groups·states]
 * @param c         like b
 * @param skip      D, [heads] or [heads·size], or null
 * @param gate      z, like x, or null
 * @param state     state [batch, heads, size, states] that the layer goes on from and leaves behind, or null to start from zeros
 * @param least     lower limit of Δ, 0 for none
 * @param most      upper limit of Δ, infinite for none
 * @param together  whether many frames may be summed up together, which is faster; else the CPU gives every frame the bits that it has alone
 */
public record StateSpaceDuality(Value x, Value delta, Value deltaBias, Value a, Value b, Value c, Value skip, Value gate, Value state, int groups,
        double least, double most, boolean together) implements Fused {
    /** With every frame by itself. */
    public StateSpaceDuality(Value x, Value delta, Value deltaBias, Value a, Value b, Value c, Value skip, Value gate, Value state, int groups,
            double least, double most) {
        this(x, delta, deltaBias, a, b, c, skip, gate, state, groups, least, most, false);
    }

    public int heads() {
        return a.shape().at(0);
    }

    /** Channels of a head. */
    public int size() {
        return x.shape().last() / heads();
    }

    public int states() {
        return b.shape().last() / groups;
    }

    @Override
    public List<Value> operands() {
        return Operands.present(x, delta, deltaBias, a, b, c, skip, gate, state);
    }

    @Override
    public List<Value> writes() {
        return Operands.present(state);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, x), inputs = Check.frames(this, b);
        int batch = s.at(0), frames = s.at(1);
        Check.that(this, frames > 0 && a.shape().rank() == 1 && heads() > 0 && s.last() % heads() == 0);
        Check.that(this, groups > 0 && heads() % groups == 0 && inputs.last() > 0 && inputs.last() % groups == 0 && least >= 0 && most >= least);
        Check.exactly(this, delta, batch, frames, heads());
        Check.exactly(this, a, heads());
        Check.exactly(this, b, batch, frames, groups * states());
        Check.exactly(this, c, batch, frames, groups * states());
        if (deltaBias != null) Check.exactly(this, deltaBias, heads());
        if (skip != null) Check.exactly(this, skip, skip.shape().size() == heads() ? heads() : s.last());
        if (gate != null) Check.exactly(this, gate, batch, frames, s.last());
        if (state != null) Check.exactly(this, state, batch, heads(), size(), states());
        return s;
    }

    @Override
    public Value decompose(Graph g) {
        int batch = x.shape().at(0), frames = x.shape().at(1), shared = heads() / groups;
        int[] whole = {batch, groups, shared, size(), states()};
        Value step = steps(), rates = step.times(a).apply(EXP);
        Value s = state == null ? g.constant(Tensor.zeros(DType.FLOAT32, Shape.of(whole))) : state.reshape(whole);
        Value[] outputs = new Value[frames];
        for (int t = 0; t < frames; t++) {
            Value input = frame(x, t, groups, shared, size(), 1).times(frame(step, t, groups, shared, 1, 1));
            Value added = input.times(frame(b, t, groups, 1, 1, states()));
            s = s.times(frame(rates, t, groups, shared, 1, 1)).plus(added);
            outputs[t] = s.times(frame(c, t, groups, 1, 1, states())).reduce(SUM, 4).reshape(batch, 1, x.shape().last());
        }
        if (state != null) {
            g.add(new Stepwise.Write(state, 0, g.constant(Tensor.of(Shape.of(1), 0)), s.reshape(state.shape().toArray())));
        }
        Value y = g.concat(1, outputs);
        if (skip != null) y = y.plus(skipped());
        return gate == null ? y : y.times(Activation.SILU.decompose(gate));
    }

    private Value steps() {
        Value step = (deltaBias == null ? delta : delta.plus(deltaBias)).apply(SOFTPLUS);
        if (least > 0) step = step.affine(1, -least).apply(RELU).affine(1, least);
        if (most < Double.POSITIVE_INFINITY) step = step.affine(-1, most).apply(RELU).affine(-1, most);
        return step;
    }

    private Value skipped() {
        int[] byHead = {x.shape().at(0), x.shape().at(1), heads(), size()};
        return x.reshape(byHead).times(skip.reshape(heads(), skip.shape().size() / heads())).reshape(x.shape().toArray());
    }

    /** One frame as [batch, groups, heads of a group, size, states], with extents 1 where it is shared. */
    private static Value frame(Value x, int t, int groups, int heads, int size, int states) {
        return x.slice(1, t, t + 1).reshape(x.shape().at(0), groups, heads, size, states);
    }
}
