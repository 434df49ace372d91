package io.vivace.backend.cuda;

import io.vivace.graph.Activation;
import io.vivace.graph.Linear;
import io.vivace.graph.Lstm;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import io.vivace.kernels.LstmKernels;
import java.util.ArrayList;
import java.util.List;

/**
 * Launches of recurrent layers. An LSTM is a product for the inputs' share of all gates, then a launch a frame; its scratch begins with that
 * product's result, see {@link #gates}.
 */
final class Recurrences {
    /** Units, and rows of the batch, that a block of the frame kernel takes. */
    private static final int LSTM_UNITS = 8, LSTM_ROWS = 4;
    private static final int COPY_THREADS = 256;
    private static final long ALIGNMENT = 64;

    private Recurrences() {}

    /** The product of an LSTM that does not wait for the frames before: all inputs by the input weights, with the bias. */
    static Linear inputs(Lstm op) {
        return new Linear(op.x(), op.wInput(), op.bias(), null, Activation.NONE);
    }

    /** Where the result of {@link #inputs} is to lie, in float32 whatever the activations. */
    static Place gates(Lstm op, Scratch scratch) {
        return new Place(scratch.address(), Type.FLOAT32, 4 * op.units());
    }

    static long scratchBytes(Lstm op) {
        return gateBytes(op) + 3 * stateBytes(op);
    }

    private static long gateBytes(Lstm op) {
        return aligned(4L * 4 * op.units() * op.shape().rows());
    }

    private static long stateBytes(Lstm op) {
        return aligned(4L * op.units() * op.shape().at(0));
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }

    /**
     * The chain of frames, to follow the launches of {@link #inputs}.
     *
     * @param hidden float32 state, or null, and so the cell
     */
    static List<Launch> of(Lstm op, Matrix weights, Place hidden, Place cell, Place y, Scratch scratch) {
        int batch = op.shape().at(0), frames = op.shape().at(1), units = op.units(), count = batch * units;
        long even = scratch.address() + gateBytes(op), odd = even + stateBytes(op), cells = cell == null ? odd + stateBytes(op) : cell.address();
        Grid grid = Grid.of(Math.ceilDiv(units, LSTM_UNITS), Math.ceilDiv(batch, LSTM_ROWS));
        List<Launch> launches = new ArrayList<>();
        launches.add(LstmKernels.lstmStart(Grid.of(Math.ceilDiv(count, COPY_THREADS)), Place.address(hidden), even, cells, count));
        for (int frame = 0; frame < frames; frame++) {
            boolean first = frame % 2 == 0;
            launches.add(LstmKernels.lstmFrame(y.suffix() + "_" + weights.type().suffix(), grid, gates(op, scratch).address(), weights.panels(),
                    weights.scales(), first ? even : odd, first ? odd : even, cells, y.address(), frame == frames - 1 ? Place.address(hidden) : 0,
                    batch, units, frames, frame));
        }
        return launches;
    }
}
