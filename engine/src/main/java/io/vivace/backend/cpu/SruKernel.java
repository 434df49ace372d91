package io.vivace.backend.cpu;

import io.vivace.graph.Sru;
import java.util.Arrays;

/** The recurrence of simple recurrent units. A task takes up to 64 channels of one direction through all frames. */
final class SruKernel implements Kernel, Pool.Region {
    private static final int WIDTH = 64;

    private final Machine machine;
    private final Sru op;
    private final Place u, input, recurrent, bias, state, y;
    private final int batch, frames, width, run, tasks;
    private final float scale;

    SruKernel(Machine machine, Sru op, Place u, Place input, Place recurrent, Place bias, Place state, Place y) {
        this.machine = machine;
        this.op = op;
        this.u = u;
        this.input = input;
        this.recurrent = recurrent;
        this.bias = bias;
        this.state = state;
        this.y = y;
        batch = op.shape().at(0);
        frames = op.shape().at(1);
        width = op.width();
        run = op.bidirectional() ? width / 2 : width;
        tasks = Math.ceilDiv(run, WIDTH);
        scale = (float) op.scale();
        machine.needFloats(3 * WIDTH);
    }

    @Override
    public void run() {
        machine.pool.run(this, batch * (width / run) * tasks);
    }

    /** The thread's memory: cells, forget gates, reset gates. */
    @Override
    public void work(int task, int thread) {
        float[] own = machine.floats(thread);
        int way = task / tasks % (width / run), row = task / tasks / (width / run), inRun = task % tasks * WIDTH;
        int channel = way * run + inRun, count = Math.min(WIDTH, run - inRun);
        if (state == null) Arrays.fill(own, 0, count, 0);
        else System.arraycopy(state.floats(), state.at() + row * width + channel, own, 0, count);
        for (int i = 0; i < frames; i++) frame(row * frames + (way == 0 ? i : frames - 1 - i), channel, count, own);
        if (state != null) System.arraycopy(own, 0, state.floats(), state.at() + row * width + channel, count);
    }

    private void frame(int frame, int channel, int count, float[] own) {
        int fresh = u.at() + frame * op.parts() * width + channel, highway = input == null ? fresh + 3 * width : input.at() + frame * width + channel;
        gate(fresh + width, channel, count, own, WIDTH);
        gate(fresh + 2 * width, width + channel, count, own, 2 * WIDTH);
        float[] high = input == null ? u.floats() : input.floats();
        machine.lanes.pass(u.floats(), fresh, high, highway, input == null ? 1 : scale, own, WIDTH, 2 * WIDTH, own, 0, y.floats(),
                y.at() + frame * width + channel, count);
    }

    private void gate(int at, int vectorAt, int count, float[] own, int gateAt) {
        machine.lanes.gate(u.floats(), at, bias.floats(), bias.at() + vectorAt, recurrent == null ? null : recurrent.floats(),
                recurrent == null ? 0 : recurrent.at() + vectorAt, own, 0, own, gateAt, count);
    }
}
