package io.vivace.graph;

import java.util.List;

/**
 * Transposed convolution over time, trimmed: {@code y = act(convᵀ(x) + bias)}, of whose (frames − 1)·stride + kernel frames
 * {@code left} in front are cut off and {@code length} are kept.
 *
 * <p>Every output frame q·stride + r mixes the inputs q, q − 1, … with their own taps, so the whole is a plain convolution of
 * ⌈kernel/stride⌉ taps whose outputs are the {@code stride} phases side by side. The weight is stored in that form.
 *
 * @param x      [batch, frames, inputs]
 * @param weight [stride·outputs, ⌈kernel/stride⌉·inputs], oldest input first; zero where a phase has no such tap
 * @param bias   [outputs], or null
 * @param left   frames cut off in front
 * @param length frames of the result
 */
public record ConvTranspose1d(Value x, Value weight, Value bias, int kernel, int stride, int left, int length, Activation activation)
        implements Fused {

    /** Inputs that meet in one output frame. */
    public int taps() {
        return (kernel + stride - 1) / stride;
    }

    @Override
    public List<Value> operands() {
        return Operands.present(x, weight, bias);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, x), w = Check.floats(this, weight);
        Check.that(this, kernel >= stride && stride > 0 && w.rank() == 2 && w.at(0) % stride == 0 && w.last() == (long) taps() * s.last());
        Check.that(this, left >= 0 && length >= 0 && (long) left + length <= (s.at(1) - 1L) * stride + kernel);
        int outputs = w.at(0) / stride;
        if (bias != null) Check.exactly(this, bias, outputs);
        return Shape.of(s.at(0), length, outputs);
    }

    @Override
    public Value decompose(Graph g) {
        int batch = x.shape().at(0), outputs = weight.shape().at(0) / stride, reach = taps() - 1;
        Value padded = reach == 0 ? x : g.add(new Rearrangement.Pad(x, reach, reach, Rearrangement.Pad.Mode.ZERO));
        Value phases = g.add(new Arithmetic.MatMul(g.add(new Rearrangement.Unfold(padded, taps(), 1, 1)), weight, true));
        Value y = phases.reshape(batch, phases.shape().at(1) * stride, outputs).slice(1, left, left + length);
        return activation.decompose(bias == null ? y : y.plus(bias));
    }
}
