package io.vivace.backend.cpu;

import io.vivace.graph.Arithmetic.Binary.Kind;
import io.vivace.graph.SelectiveScan;
import java.util.Arrays;

/**
 * A selective scan. A task takes 64 channels of a row of the batch through all frames; it holds their states turned round, state by state, so that neighbouring
 * channels lie side by side and no sum goes across a vector.
 */
final class ScanKernel implements Kernel, Pool.Region {
    private static final int WIDTH = 64;

    private final Machine machine;
    private final SelectiveScan op;
    private final Place u, delta, bias, a, b, c, skip, gate, state, y;
    private final int batch, frames, channels, states, tasks;

    ScanKernel(Machine machine, SelectiveScan op, Place u, Place delta, Place bias, Place a, Place b, Place c, Place skip, Place gate, Place state, Place y) {
        this.machine = machine;
        this.op = op;
        this.u = u;
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
        channels = op.shape().last();
        states = op.states();
        tasks = Math.ceilDiv(channels, WIDTH);
        machine.needFloats((2 * states + 3) * WIDTH);
    }

    @Override
    public void run() {
        machine.pool.run(this, batch * tasks);
    }

    /** The thread's memory: rates [states, 64], states [states, 64], steps, inputs, sums. */
    @Override
    public void work(int task, int thread) {
        float[] own = machine.floats(thread);
        int row = task / tasks, first = task % tasks * WIDTH, width = Math.min(WIDTH, channels - first), h = states * WIDTH;
        turn(a.floats(), a.at() + first * states, own, 0, width);
        if (state == null) Arrays.fill(own, h, 2 * h, 0);
        else turn(state.floats(), stateAt(row, first), own, h, width);
        for (int i = 0; i < frames; i++) frame(row * frames + (op.reversed() ? frames - 1 - i : i), first, width, own);
        if (state == null) return;
        for (int channel = 0; channel < width; channel++) {
            for (int n = 0; n < states; n++) state.floats()[stateAt(row, first + channel) + n] = own[h + n * WIDTH + channel];
        }
    }

    private int stateAt(int row, int channel) {
        return state.at() + (row * channels + channel) * states;
    }

    /** [channels, states] to [states, 64]. */
    private void turn(float[] from, int fromAt, float[] to, int toAt, int width) {
        for (int channel = 0; channel < width; channel++) {
            for (int n = 0; n < states; n++) to[toAt + n * WIDTH + channel] = from[fromAt + channel * states + n];
        }
    }

    private void frame(int frame, int first, int width, float[] own) {
        Lanes lanes = machine.lanes;
        int at = frame * channels + first, h = states * WIDTH, steps = 2 * h, inputs = steps + WIDTH, sums = inputs + WIDTH;
        System.arraycopy(delta.floats(), delta.at() + at, own, steps, width);
        if (bias != null) lanes.binary(Kind.ADD, own, steps, 1, bias.floats(), bias.at() + first, 1, own, steps, width);
        lanes.apply(Function.SOFTPLUS, own, steps, own, steps, width);
        lanes.binary(Kind.MULTIPLY, own, steps, 1, u.floats(), u.at() + at, 1, own, inputs, width);
        Arrays.fill(own, sums, sums + width, 0);
        for (int n = 0; n < states; n++) {
            lanes.scan(own, steps, own, n * WIDTH, own, inputs, b.floats()[b.at() + frame * states + n], c.floats()[c.at() + frame * states + n],
                    own, h + n * WIDTH, own, sums, width);
        }
        if (skip != null) lanes.multiplyAdd(skip.floats(), skip.at() + first, u.floats(), u.at() + at, own, sums, width);
        if (gate == null) {
            System.arraycopy(own, sums, y.floats(), y.at() + at, width);
            return;
        }
        lanes.apply(Function.SILU, gate.floats(), gate.at() + at, own, inputs, width);
        lanes.binary(Kind.MULTIPLY, own, inputs, 1, own, sums, 1, y.floats(), y.at() + at, width);
    }
}
