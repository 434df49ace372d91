package io.vivace.backend.cpu;

import io.vivace.graph.StateSpaceDuality;
import java.util.Arrays;

/**
 * The state-space layer of Mamba-2, frame by frame. A task takes 16 channels of a head through all frames: their states, 32 KB where there are 512 of each, then stay
 * in the cache. A single frame reads and writes every state once, which is what it takes.
 */
final class DualityKernel implements Kernel, Pool.Region {
    private static final int ROWS = 16;

    private final Machine machine;
    private final DualityOperands in;
    private final Place state;
    private final int batch, frames, heads, size, states, tasks;

    DualityKernel(Machine machine, DualityOperands in) {
        this.machine = machine;
        this.in = in;
        StateSpaceDuality op = in.op();
        state = in.state();
        batch = op.shape().at(0);
        frames = op.shape().at(1);
        heads = op.heads();
        size = op.size();
        states = op.states();
        tasks = Math.ceilDiv(size, ROWS);
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
        float step = in.step(frame, head), keep = in.keep(step, head);
        int groups = in.op().groups(), inputs = (frame * groups + head / (heads / groups)) * states, channel = head * size + first;
        int at = frame * heads * size + channel, sums = ROWS * states;
        for (int p = 0; p < width; p++) {
            float input = in.x().floats()[in.x().at() + at + p];
            own[sums + p] = machine.lanes.decay(h, hAt + p * states, keep, step * input, in.b().floats(), in.b().at() + inputs,
                    in.c().floats(), in.c().at() + inputs, states);
        }
        in.finish(machine.lanes, at, head, channel, width, own, sums);
    }
}
