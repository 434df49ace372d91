package io.vivace.backend.cpu;

import io.vivace.graph.Arithmetic.Binary.Kind;
import io.vivace.graph.StateSpaceDuality;

/** What the kernels of Mamba-2's layer share: where its operands lie, and what is done to every frame of a head. */
record DualityOperands(StateSpaceDuality op, Place x, Place delta, Place bias, Place a, Place b, Place c, Place skip, Place gate, Place state, Place y) {

    /** The size of a step. */
    float step(int frame, int head) {
        float raw = delta.floats()[delta.at() + frame * op.heads() + head] + (bias == null ? 0 : bias.floats()[bias.at() + head]);
        return Math.clamp(ScalarMath.softplus(raw), (float) op.least(), (float) op.most());
    }

    /** What is left of a state after a step. */
    float keep(float step, int head) {
        return ScalarMath.exp(step * a.floats()[a.at() + head]);
    }

    /**
     * Skip and gate, for some channels of a head.
     *
     * @param at      of the first channel in x, gate and y
     * @param channel number of the first channel
     * @param sums    over the states; behind them is room for as many
     */
    void finish(Lanes lanes, int at, int head, int channel, int count, float[] sums, int sumsAt) {
        if (skip != null) {
            int first = skip.at() + (byChannel() ? channel : head), step = byChannel() ? 1 : 0;
            for (int p = 0; p < count; p++) sums[sumsAt + p] = Math.fma(skip.floats()[first + p * step], x.floats()[x.at() + at + p], sums[sumsAt + p]);
        }
        if (gate == null) {
            System.arraycopy(sums, sumsAt, y.floats(), y.at() + at, count);
            return;
        }
        lanes.apply(Function.SILU, gate.floats(), gate.at() + at, sums, sumsAt + count, count);
        lanes.binary(Kind.MULTIPLY, sums, sumsAt + count, 1, sums, sumsAt, 1, y.floats(), y.at() + at, count);
    }

    private boolean byChannel() {
        return op.skip().shape().size() > op.heads();
    }
}
