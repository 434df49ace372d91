package io.vivace.backend.cpu;

import io.vivace.graph.Arithmetic.Binary.Kind;
import io.vivace.graph.StateSpaceDuality;
import io.vivace.weights.StoredTensor.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The state-space layer of Mamba-2 for many frames, arXiv 2405.21060 §6: in a chunk of {@value #CHUNK} frames, what an output has of the chunk's own inputs is a
 * sum over them, weighted by C·B and by what is left of them, and the states move on by one product. A task of the first region is some frames' C·B or a panel
 * of B, which the heads of a group share; a task of the second is a head.
 */
final class ChunkedDuality implements Kernel {
    private static final int CHUNK = 64, WIDTH = Matrix.WIDTH;
    /** Frames of a task of the first region, and the fewest frames that are worth chunks. */
    private static final int QUERIES = 4, FEWEST = 16;

    private final Machine machine;
    private final DualityOperands in;
    private final Place state;
    private final int rows, frames, heads, size, states, groups, panels;
    private final float[] shares, own;
    private final MemorySegment inputs;
    private final Pool.Region prepare = this::prepare, move = this::move;
    private int first, count;

    ChunkedDuality(Machine machine, DualityOperands in) {
        this.machine = machine;
        this.in = in;
        StateSpaceDuality op = in.op();
        rows = op.shape().at(0);
        frames = op.shape().at(1);
        heads = op.heads();
        size = op.size();
        states = op.states();
        groups = op.groups();
        panels = Math.ceilDiv(states, WIDTH);
        shares = new float[rows * groups * CHUNK * CHUNK];
        inputs = Arena.ofAuto().allocate((long) rows * groups * panels * CHUNK * WIDTH * Float.BYTES, 64);
        own = in.state() == null ? new float[rows * heads * size * states] : null;
        state = in.state() == null ? new Place(own, null, 0) : in.state();
        machine.needFloats(2 * CHUNK + size * (CHUNK + 2));
    }

    static boolean suits(StateSpaceDuality op) {
        return op.together() && op.shape().at(1) >= FEWEST;
    }

    @Override
    public void run() {
        if (own != null) Arrays.fill(own, 0);
        for (first = 0; first < frames; first += CHUNK) {
            count = Math.min(CHUNK, frames - first);
            machine.pool.run(prepare, rows * groups * (Math.ceilDiv(count, QUERIES) + panels));
            machine.pool.run(move, rows * heads);
        }
    }

    private void prepare(int task, int thread) {
        int blocks = Math.ceilDiv(count, QUERIES), group = task / (blocks + panels), part = task % (blocks + panels);
        if (part >= blocks) {
            pack(group, part - blocks);
            return;
        }
        for (int t = part * QUERIES; t < Math.min(count, (part + 1) * QUERIES); t++) {
            machine.lanes.scores(in.c().floats(), in.c().at() + inputAt(group, t), in.b().floats(), in.b().at() + inputAt(group, 0), groups * states, t + 1,
                    states, 1, shares, (group * CHUNK + t) * CHUNK);
        }
    }

    /** Where a frame of the chunk has what a group's states take in. */
    private int inputAt(int group, int t) {
        return ((group / groups * frames + first + t) * groups + group % groups) * states;
    }

    private void pack(int group, int panel) {
        int width = Math.min(WIDTH, states - panel * WIDTH);
        for (int t = 0; t < count; t++) {
            MemorySegment.copy(in.b().floats(), in.b().at() + inputAt(group, t) + panel * WIDTH, inputs, ValueLayout.JAVA_FLOAT,
                    panelAt(group, panel) + (long) t * WIDTH * Float.BYTES, width);
        }
    }

    private long panelAt(int group, int panel) {
        return ((long) group * panels + panel) * CHUNK * WIDTH * Float.BYTES;
    }

    /** The thread's memory: what is left of each input [chunk], weights [chunk], inputs [size, chunk], a frame of sums, and of gates. */
    private void move(int task, int thread) {
        int row = task / heads, head = task % heads, group = row * groups + head / (heads / groups), stateAt = state.at() + task * size * states;
        float[] mine = machine.floats(thread);
        float left = 1;
        boolean fresh = first == 0 && machine.lanes.squares(state.floats(), stateAt, size * states, 0) == 0;
        for (int t = 0; t < count; t++) {
            int frame = row * frames + first + t;
            float step = in.step(frame, head), keep = in.keep(step, head);
            left *= keep;
            machine.lanes.affine(mine, 0, keep, 0, mine, 0, t);
            mine[t] = step;
            machine.lanes.binary(Kind.MULTIPLY, mine, 0, 1, shares, (group * CHUNK + t) * CHUNK, 1, mine, CHUNK, t + 1);
            output(frame, head, t, fresh ? 0 : left, inputAt(group, t), stateAt, mine);
        }
        advance(row, head, group, stateAt, fresh ? 0 : left, mine, thread);
    }

    /** @param left of the states that the chunk began with; 0 if there were none */
    private void output(int frame, int head, int t, float left, int inputAt, int stateAt, float[] mine) {
        int at = (frame * heads + head) * size, x = in.x().at() + ((frame - t) * heads + head) * size, sums = (2 + size) * CHUNK;
        if (left == 0) Arrays.fill(mine, sums, sums + size, 0);
        else machine.lanes.scores(in.c().floats(), in.c().at() + inputAt, state.floats(), stateAt, states, size, states, left, mine, sums);
        machine.lanes.mix(mine, CHUNK, in.x().floats(), x, heads * size, t + 1, size, mine, sums);
        in.finish(machine.lanes, at, head, head * size, size, mine, sums);
    }

    /** Decays the states and takes in all frames of the chunk. */
    private void advance(int row, int head, int group, int stateAt, float left, float[] mine, int thread) {
        int weighed = 2 * CHUNK;
        for (int t = 0; t < count; t++) {
            int x = in.x().at() + ((row * frames + first + t) * heads + head) * size;
            for (int p = 0; p < size; p++) mine[weighed + p * CHUNK + t] = in.x().floats()[x + p] * mine[t];
        }
        for (int p = 0; p < size; p += Machine.BLOCK) {
            int block = Math.min(Machine.BLOCK, size - p);
            for (int panel = 0; panel < panels; panel++) {
                advance(panelAt(group, panel), stateAt + p * states + panel * WIDTH, Math.min(WIDTH, states - panel * WIDTH), block, left, mine,
                        weighed + p * CHUNK, thread);
            }
        }
    }

    private void advance(long panel, int at, int width, int block, float left, float[] mine, int weighed, int thread) {
        float[] tile = machine.tile(thread), h = state.floats();
        if (left == 0) Arrays.fill(tile, 0, block * WIDTH, 0);
        else for (int p = 0; p < block; p++) machine.lanes.affine(h, at + p * states, left, 0, tile, p * WIDTH, width);
        machine.lanes.accumulate(inputs, panel, Storage.FLOAT32, count, mine, weighed, CHUNK, tile, 0, WIDTH, block, width, machine.scratch(thread));
        for (int p = 0; p < block; p++) System.arraycopy(tile, p * WIDTH, h, at + p * states, width);
    }
}
