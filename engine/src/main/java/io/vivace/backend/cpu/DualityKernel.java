package io.vivace.backend.cpu;

import io.vivace.graph.Arithmetic.Binary.Kind;
import io.vivace.graph.StateSpaceDuality;
import java.util.Arrays;

/**
 * The state-space layer of Mamba-2, frame by frame. A task takes 16 channels of a head through all frames: their states, 32 KB where there are 512 of each, then stay
 * in the cache. A single frame reads and writes every state once, which is what it takes.
 */
final class DualityKernel implements Kernel, Pool.Region {
    private static final int ROWS = 16;

    private final Machine machine;
    private final StateSpaceDuality op;
    private final Place x, delta, bias, a, b, c, skip, gate, state, y;
    private final int batch, frames, heads, size, states, tasks;
    private final float least, most;

    DualityKernel(Machine machine, StateSpaceDuality op, Place x, Place delta, Place bias, Place a, Place b, Place c, Place skip, Place gate, Place state, Place y) {
        this.machine = machine;
        this.op = op;
        this.x = x;
        this.delta = delta;
        this.bias = bias;
        this.a = a;
        this.b = b;
        this.c = c;
        this.skip = skip;
        this.gate = gate;
        this.state = state;
        this.y = y;
        batch = op.shape().at(0);
        frames = op.shape().at(1);
        heads = op.heads();
        size = op.size();
        states = op.states();
        tasks = Math.ceilDiv(size, ROWS);
        least = (float) op.least();
        most = (float) op.most();
        machine.needFloats(ROWS * states + 2 * ROWS);
    }

    @Override
    public void run() {
        machine.pool.run(this, batch * heads * tasks);
    }

    /** The thread's memory: states [16, states], where there is no state to work in; sums; gates. */
    @Override
    public void work(int task, int thread) {
        int row = task / (heads * tasks), head = task / tasks % heads, first = task % tasks * ROWS, width = Math.min(ROWS, size - first);
        float[] own = machine.floats(thread), h = state == null ? own : state.floats();
        int hAt = state == null ? 0 : state.at() + ((row * heads + head) * size + first) * states;
        if (state == null) Arrays.fill(own, 0, width * states, 0);
        for (int frame = row * frames; frame < (row + 1) * frames; frame++) frame(frame, head, first, width, h, hAt, own);
    }

    private void frame(int frame, int head, int first, int width, float[] h, int hAt, float[] own) {
        float raw = delta.floats()[delta.at() + frame * heads + head] + (bias == null ? 0 : bias.floats()[bias.at() + head]);
        float step = Math.clamp(ScalarMath.softplus(raw), least, most), keep = ScalarMath.exp(step * a.floats()[a.at() + head]);
        int inputs = (frame * op.groups() + head / (heads / op.groups())) * states, channel = head * size + first, at = frame * heads * size + channel;
        int sums = ROWS * states;
        for (int p = 0; p < width; p++) {
            float input = x.floats()[x.at() + at + p];
            float sum = machine.lanes.decay(h, hAt + p * states, keep, step * input, b.floats(), b.at() + inputs, c.floats(), c.at() + inputs, states);
            own[sums + p] = skip == null ? sum : Math.fma(skip.floats()[skip.at() + (byChannel() ? channel + p : head)], input, sum);
        }
        if (gate == null) {
            System.arraycopy(own, sums, y.floats(), y.at() + at, width);
            return;
        }
        machine.lanes.apply(Function.SILU, gate.floats(), gate.at() + at, own, sums + ROWS, width);
        machine.lanes.binary(Kind.MULTIPLY, own, sums + ROWS, 1, own, sums, 1, y.floats(), y.at() + at, width);
    }

    private boolean byChannel() {
        return op.skip().shape().size() > heads;
    }
}
