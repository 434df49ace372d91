package io.vivace.backend.cuda;

import io.vivace.graph.StateSpaceDuality;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import io.vivace.kernels.SsdChunksKernels;
import io.vivace.kernels.SsdKernels;
import java.util.List;

/**
 * Launches of Mamba-2's layer: frame by frame, or, where there are frames enough and activations are bfloat16, in chunks on tensor cores. States are float32
 * whatever the activations.
 */
final class Dualities {
    private static final int MOST_STATES = 512, CHANNELS = 16, CHUNK = 64, STRIPS = 4;
    /** Elements of 16 bytes, which the chunked kernels copy at once. */
    private static final int WORD = 8;

    private Dualities() {}

    /** Whether the states of a channel fit a warp's registers; else the decomposition runs. */
    static boolean takes(StateSpaceDuality op) {
        return op.states() <= MOST_STATES;
    }

    /** Whether a call is long enough for chunks: by its frames and states alone, so that a row does not depend on its batch. */
    private static boolean chunked(StateSpaceDuality op) {
        return op.shape().at(1) >= CHUNK && op.states() % WORD == 0;
    }

    private static int chunks(StateSpaceDuality op) {
        return Math.ceilDiv(op.shape().at(1), CHUNK);
    }

    static long scratchBytes(StateSpaceDuality op) {
        return chunked(op) ? 4L * CHUNK * CHUNK * chunks(op) * op.groups() * op.shape().at(0) : 0;
    }

    static List<Launch> of(StateSpaceDuality op, Place x, Place delta, Place deltaBias, Place a, Place b, Place c, Place skip, Place gate, Place state, Place y,
            Scratch scratch) {
        int batch = op.shape().at(0), frames = op.shape().at(1), each = op.skip() != null && op.skip().shape().size() > op.heads() ? 1 : 0;
        int gateStride = gate == null ? 0 : gate.stride();
        long bias = Place.address(deltaBias), d = Place.address(skip), z = Place.address(gate), h = Place.address(state);
        float least = (float) op.least(), most = (float) op.most();
        Grid grid = new Grid(Math.ceilDiv(op.size(), CHANNELS), op.heads(), batch);
        if (y.type() != Type.BFLOAT16 || !chunked(op) || !byWords(b) || !byWords(c)) {
            return List.of(SsdKernels.stateSpaceDuality(y.suffix(), grid, x.address(), x.stride(), delta.address(), delta.stride(), b.address(), b.stride(),
                    c.address(), c.stride(), z, gateStride, bias, a.address(), d, each, h, y.address(), op.heads(), op.size(), op.groups(), op.states(), frames,
                    least, most));
        }
        return List.of(SsdChunksKernels.dualityScores("bf16", new Grid(chunks(op) * STRIPS, op.groups(), batch), b.address(), b.stride(), c.address(),
                        c.stride(), scratch.address(), op.groups(), op.states(), frames),
                SsdChunksKernels.dualityChunks("bf16", grid, x.address(), x.stride(), delta.address(), delta.stride(), b.address(), b.stride(), c.address(),
                        c.stride(), z, gateStride, scratch.address(), bias, a.address(), d, each, h, y.address(), op.heads(), op.size(), op.groups(), op.states(),
                        frames, least, most));
    }

    private static boolean byWords(Place place) {
        return place.address() % (2 * WORD) == 0 && place.stride() % WORD == 0;
    }
}
