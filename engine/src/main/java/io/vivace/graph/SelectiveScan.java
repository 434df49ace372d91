package io.vivace.graph;

import static io.vivace.graph.Arithmetic.Reduce.Kind.SUM;
import static io.vivace.graph.Arithmetic.Unary.Kind.EXP;
import static io.vivace.graph.Arithmetic.Unary.Kind.SOFTPLUS;

import java.util.List;

/**
 * The selective scan of Mamba, with what surrounds it: for every channel d and state n
 * {@code h[d,n] = e^(Δ[d]·A[d,n])·h[d,n] + Δ[d]·u[d]·B[n]} from frame to frame, {@code y[d] = (Σ_n C[n]·h[d,n] + D[d]·u[d])·SiLU(z[d])},
 * where {@code Δ = softplus(delta + bias)}. arXiv 2312.00752, §3.2, Algorithm 2; the input is discretised as Δ·B, as the authors' code does.
 *
 * @param u         [batch, frames, channels]
 * @param delta     step sizes before bias and softplus, like u
 * @param deltaBias [channels], or null
 * @param a         [channels, states], negative: −exp(A_log) of a checkpoint
 * @param b         [batch, frames, states]
 * @param c         like b
 * @param skip      D, [channels], or null
 * @param gate      z, like u, or null
 * @param state     state [batch, channels, states] that the scan goes on from and leaves behind, or null to start from zeros
 * @param reversed  from the last frame to the first
 */
public record SelectiveScan(Value u, Value delta, Value deltaBias, Value a, Value b, Value c, Value skip, Value gate, Value state, boolean reversed)
        implements Fused {
    public int states() {
        return a.shape().last();
    }

    @Override
    public List<Value> operands() {
        return Operands.present(u, delta, deltaBias, a, b, c, skip, gate, state);
    }

    @Override
    public List<Value> writes() {
        return Operands.present(state);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, u);
        int batch = s.at(0), frames = s.at(1), channels = s.last();
        Check.that(this, frames > 0 && a.shape().rank() == 2 && states() > 0);
        Check.exactly(this, delta, batch, frames, channels);
        Check.exactly(this, a, channels, states());
        Check.exactly(this, b, batch, frames, states());
        Check.exactly(this, c, batch, frames, states());
        if (deltaBias != null) Check.exactly(this, deltaBias, channels);
        if (skip != null) Check.exactly(this, skip, channels);
        if (gate != null) Check.exactly(this, gate, batch, frames, channels);
        if (state != null) Check.exactly(this, state, batch, channels, states());
        return s;
    }

    @Override
    public Value decompose(Graph g) {
        int batch = u.shape().at(0), frames = u.shape().at(1), channels = u.shape().last();
        Value step = (deltaBias == null ? delta : delta.plus(deltaBias)).apply(SOFTPLUS), input = step.times(u);
        Value h = state == null ? g.constant(Tensor.zeros(DType.FLOAT32, Shape.of(batch, channels, states()))) : state;
        Value[] outputs = new Value[frames];
        for (int i = 0; i < frames; i++) {
            int t = reversed ? frames - 1 - i : i;
            Value kept = frame(step, t, channels, 1).times(a).apply(EXP).times(h);
            h = kept.plus(frame(input, t, channels, 1).times(frame(b, t, 1, states())));
            outputs[t] = h.times(frame(c, t, 1, states())).reduce(SUM, 2).reshape(batch, 1, channels);
        }
        if (state != null) g.add(new Stepwise.Write(state, 0, g.constant(Tensor.of(Shape.of(1), 0)), h));
        Value y = g.concat(1, outputs);
        if (skip != null) y = y.plus(u.times(skip));
        return gate == null ? y : y.times(Activation.SILU.decompose(gate));
    }

    /** One frame as [batch, rows, columns]. */
    private static Value frame(Value x, int t, int rows, int columns) {
        return x.slice(1, t, t + 1).reshape(x.shape().at(0), rows, columns);
    }
}
