package io.vivace.backend.cpu;

import io.vivace.graph.CausalDepthwiseConv;
import java.util.Arrays;

/** Causal convolution of each channel by itself: a frame of all channels at a time. The state changes when all frames are done. */
final class DepthwiseKernel implements Kernel {
    private final Machine machine;
    private final Place x, weight, bias, state, y;
    private final int batch, frames, channels, past;
    private final Function function;
    private final Kernel rows;

    DepthwiseKernel(Machine machine, CausalDepthwiseConv op, Place x, Place weight, Place bias, Place state, Place y) {
        this.machine = machine;
        this.x = x;
        this.weight = weight;
        this.bias = bias;
        this.state = state;
        this.y = y;
        batch = op.shape().at(0);
        frames = op.shape().at(1);
        channels = op.shape().last();
        past = op.kernel() - 1;
        function = Function.of(op.activation());
        rows = machine.rows(batch * frames, channels, (row, thread) -> frame(row));
    }

    @Override
    public void run() {
        rows.run();
        if (state != null) for (int row = 0; row < batch; row++) leave(row);
    }

    private void frame(int row) {
        int to = y.at() + row * channels, t = row % frames;
        float[] out = y.floats();
        if (bias == null) Arrays.fill(out, to, to + channels, 0);
        else System.arraycopy(bias.floats(), bias.at(), out, to, channels);
        for (int tap = 0; tap <= past; tap++) {
            int back = past - tap, weights = weight.at() + tap * channels;
            if (t >= back) {
                machine.lanes.multiplyAdd(weight.floats(), weights, x.floats(), x.at() + (row - back) * channels, out, to, channels);
            } else if (state != null) {
                machine.lanes.multiplyAdd(weight.floats(), weights, state.floats(), slot(row / frames, t + tap), out, to, channels);
            }
        }
        if (function != null) machine.lanes.apply(function, out, to, out, to, channels);
    }

    private int slot(int row, int number) {
        return state.at() + (row * past + number) * channels;
    }

    /** The last frames become the state; where there are fewer than it holds, it moves up. */
    private void leave(int row) {
        int fresh = Math.min(frames, past);
        System.arraycopy(state.floats(), slot(row, fresh), state.floats(), slot(row, 0), (past - fresh) * channels);
        System.arraycopy(x.floats(), x.at() + ((row + 1) * frames - fresh) * channels, state.floats(), slot(row, past - fresh), fresh * channels);
    }
}
