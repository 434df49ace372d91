package io.vivace.backend.cuda;

import io.vivace.graph.CausalDepthwiseConv;
import io.vivace.graph.SelectiveScan;
import io.vivace.kernels.DepthwiseKernels;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import io.vivace.kernels.ScanKernels;
import java.util.List;

/** Launches of selective scans and of the convolution in front of them. States are float32 whatever the activations. */
final class Scans {
    /** States that a block of the scan takes as one; with more it has half the channels, and takes as many at a time as the second number. */
    private static final int FEW_STATES = 16, SLICE = 64;
    private static final int FEW_CHANNELS = 16, MANY_CHANNELS = 8, CUT_THREADS = 256;
    /**
     * A scan in chunks computes its exponentials twice, in three launches. That pays where blocks of channels leave most of the device idle, and frames are many.
     */
    private static final int BUSY_BLOCKS = 96, BLOCKS = 512, LEAST_CHUNK = 128, LEAST_FRAMES = 512;
    private static final int MOST_TAPS = 8, CONV_THREADS = 256, CONV_RUN = 16, CONV_WIDTH = 4;

    private Scans() {}

    private static int blocks(SelectiveScan op) {
        return Math.ceilDiv(op.shape().last(), op.states() <= FEW_STATES ? FEW_CHANNELS : MANY_CHANNELS);
    }

    /** Chunks that the frames are cut into: by the channels and frames alone, so that a row does not depend on its batch. */
    private static int chunks(SelectiveScan op) {
        int frames = op.shape().at(1);
        if (op.states() > SLICE || frames < LEAST_FRAMES || blocks(op) >= BUSY_BLOCKS) return 1;
        int wanted = Math.min(Math.ceilDiv(BLOCKS, blocks(op)), frames / LEAST_CHUNK);
        return Math.ceilDiv(frames, chunk(frames, wanted));
    }

    private static int chunk(int frames, int chunks) {
        return Math.ceilDiv(Math.ceilDiv(frames, chunks), SLICE) * SLICE;
    }

    static long scratchBytes(SelectiveScan op) {
        long channels = (long) op.shape().at(0) * op.shape().last();
        int chunks = chunks(op);
        if (chunks > 1) return 4 * chunks * channels * (op.states() + 1);
        return op.states() > SLICE && op.state() == null ? 4 * channels * op.states() : 0;
    }

    static List<Launch> of(SelectiveScan op, Place u, Place delta, Place deltaBias, Place a, Place b, Place c, Place skip, Place gate, Place state, Place y,
            Scratch scratch) {
        int batch = op.shape().at(0), frames = op.shape().at(1), channels = op.shape().last(), states = op.states(), gateStride = gate == null ? 0 : gate.stride();
        String type = y.suffix();
        long bias = Place.address(deltaBias), d = Place.address(skip), z = Place.address(gate), h = Place.address(state);
        if (frames == 1) {
            return List.of(ScanKernels.selectiveScanStep(type, Grid.of(Math.ceilDiv(channels, FEW_CHANNELS), batch), u.address(), u.stride(), delta.address(),
                    delta.stride(), b.address(), b.stride(), c.address(), c.stride(), z, gateStride, bias, a.address(), d, h, y.address(), channels, states));
        }
        int chunks = chunks(op), chunk = chunk(frames, chunks), reversed = op.reversed() ? 1 : 0;
        long start = chunks > 1 ? scratch.address() : h, finish = h == 0 && states > SLICE ? scratch.address() : h;
        Launch whole = ScanKernels.selectiveScan(type, new Grid(blocks(op), chunks, batch), u.address(), u.stride(), delta.address(), delta.stride(), b.address(),
                b.stride(), c.address(), c.stride(), z, gateStride, bias, a.address(), d, start, finish, y.address(), channels, states, frames, chunk, reversed);
        if (chunks == 1) return List.of(whole);
        long totals = scratch.address() + 4L * batch * chunks * channels * states;
        return List.of(ScanKernels.selectiveScanEnds(type, new Grid(blocks(op), chunks - 1, batch), u.address(), u.stride(), delta.address(), delta.stride(),
                        b.address(), b.stride(), bias, a.address(), scratch.address(), totals, channels, states, frames, chunk, reversed),
                ScanKernels.selectiveScanCuts(type, Grid.of(Math.ceilDiv(channels * states, CUT_THREADS), batch), scratch.address(), totals, a.address(), h,
                        channels, states, chunks),
                whole);
    }

    /** Whether the kernel has taps enough; else the decomposition runs. */
    static boolean takes(CausalDepthwiseConv op) {
        return op.kernel() <= MOST_TAPS;
    }

    static List<Launch> of(CausalDepthwiseConv op, Place x, Place weight, Place bias, Place state, Place y) {
        int batch = op.shape().at(0), frames = op.shape().at(1), channels = op.shape().last();
        int width = channels % CONV_WIDTH == 0 && byFour(x) && byFour(y) && byFour(weight) && byFour(bias) && byFour(state) ? CONV_WIDTH : 1;
        int threads = Math.multiplyExact(Math.ceilDiv(channels, width), Math.ceilDiv(frames, CONV_RUN));
        return List.of(DepthwiseKernels.causalDepthwiseConv(y.suffix(), Grid.of(Math.ceilDiv(threads, CONV_THREADS), batch), x.address(), x.stride(),
                weight.address(), Place.address(bias), Place.address(state), y.address(), channels, frames, op.kernel(), width, op.activation().ordinal()));
    }

    /** Whether four neighbours can be moved at once in every row. */
    private static boolean byFour(Place place) {
        return place == null || place.address() % ((long) CONV_WIDTH * place.type().bytes()) == 0 && place.stride() % CONV_WIDTH == 0;
    }
}
