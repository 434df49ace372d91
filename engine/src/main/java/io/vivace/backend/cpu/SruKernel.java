package io.vivace.backend.cpu;

import io.vivace.graph.Sru;
import java.util.Arrays;

/**
 * The recurrence of simple recurrent units. A task takes some channels of one direction through all frames: all of them where there are sequences enough for
 * the threads, for memory is then read in long runs and no two threads write side by side, and 64 where not.
 */
final class SruKernel implements Kernel, Pool.Region {
    private static final int FEWEST = 64, MOST = 1024;
    /** Tasks a thread that end together well enough. */
    private static final int SHARES = 8;

    private final Machine machine;
    private final Sru op;
    private final Place u, input, recurrent, bias, state, y;
    private final int batch, frames, width, run, share, tasks;
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
        boolean many = batch * (width / run) >= SHARES * machine.pool.threads();
        share = Math.min(run, many ? MOST : FEWEST);
        tasks = Math.ceilDiv(run, share);
        scale = (float) op.scale();
        machine.needFloats(3 * share);
    }

    @Override
    public void run() {
        machine.pool.run(this, batch * (width / run) * tasks);
    }

    /** The thread's memory: cells, forget gates, reset gates. */
    @Override
    public void work(int task, int thread) {
        float[] own = machine.floats(thread);
        int way = task / tasks % (width / run), row = task / tasks / (width / run), inRun = task % tasks * share;
        int channel = way * run + inRun, count = Math.min(share, run - inRun);
        if (state == null) Arrays.fill(own, 0, count, 0);
        else System.arraycopy(state.floats(), state.at() + row * width + channel, own, 0, count);
        for (int i = 0; i < frames; i++) frame(row * frames + (way == 0 ? i : frames - 1 - i), channel, count, own);
        if (state != null) System.arraycopy(own, 0, state.floats(), state.at() + row * width + channel, count);
    }

    private void frame(int frame, int channel, int count, float[] own) {
        int fresh = u.at() + frame * op.parts() * width + channel, highway = input == null ? fresh + 3 * width : input.at() + frame * width + channel;
        gate(fresh + width, channel, count, own, share);
        gate(fresh + 2 * width, width + channel, count, own, 2 * share);
        float[] high = input == null ? u.floats() : input.floats();
        machine.lanes.pass(u.floats(), fresh, high, highway, input == null ? 1 : scale, own, share, 2 * share, own, 0, y.floats(),
                y.at() + frame * width + channel, count);
    }

    private void gate(int at, int vectorAt, int count, float[] own, int gateAt) {
        machine.lanes.gate(u.floats(), at, bias.floats(), bias.at() + vectorAt, recurrent == null ? null : recurrent.floats(),
                recurrent == null ? 0 : recurrent.at() + vectorAt, own, 0, own, gateAt, count);
    }
}
