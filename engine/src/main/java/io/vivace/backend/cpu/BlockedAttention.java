package io.vivace.backend.cpu;

import io.vivace.graph.Attention;
import io.vivace.weights.StoredTensor.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Attention of many queries that all see all keys. Keys and values of a head are laid out as panels, and both products take the loops of {@link Gemm}:
 * a query by itself would read all keys for a few operations each. A task is one head of some queries; it lays out its keys by itself, which costs little
 * beside some hundred queries. Every sum is one chain, so a query's result does not depend on how many come with it.
 */
final class BlockedAttention implements Kernel, Pool.Region {
    /** Queries of a task, and of a block of scores that stays in the second-level cache. */
    private static final int QUERIES = 384, BLOCK = 24;
    private static final int WIDTH = Matrix.WIDTH;

    private final Machine machine;
    private final Place q, k, v, y;
    private final int batch, queries, keys, heads, size, width, keyWidth, sharers, stretches, keyPanels, sizePanels;
    private final float scale;

    BlockedAttention(Machine machine, Attention op, Place q, Place k, Place v, Place y) {
        this.machine = machine;
        this.q = q;
        this.k = k;
        this.v = v;
        this.y = y;
        batch = op.q().shape().at(0);
        queries = op.q().shape().at(1);
        keys = op.k().shape().at(1);
        heads = op.heads();
        width = op.q().shape().last();
        size = width / heads;
        keyWidth = op.k().shape().last();
        sharers = heads / op.keyHeads();
        scale = (float) op.scale();
        stretches = Math.ceilDiv(queries, QUERIES);
        keyPanels = Math.ceilDiv(keys, WIDTH);
        sizePanels = Math.ceilDiv(size, WIDTH);
        machine.needFloats(BLOCK * (keyPanels + sizePanels) * WIDTH + Math.max(size, keys) * WIDTH);
        machine.needPanels((long) (keyPanels * size + sizePanels * keys) * WIDTH * Float.BYTES);
    }

    /** Whether an attention hides nothing and favours nothing. */
    static boolean suits(Attention op) {
        return !op.causal() && op.keep() == null && op.bias() == null;
    }

    @Override
    public void run() {
        machine.pool.run(this, batch * heads * stretches);
    }

    /** The thread's memory: scores, mixtures, a panel. */
    @Override
    public void work(int task, int thread) {
        int row = task / stretches, b = row / heads, head = row % heads, first = task % stretches * QUERIES, last = Math.min(queries, first + QUERIES);
        float[] own = machine.floats(thread);
        MemorySegment panels = machine.panels(thread);
        int spare = BLOCK * (keyPanels + sizePanels) * WIDTH, keysAt = b * keys * keyWidth + head / sharers * size;
        for (int p = 0; p < keyPanels; p++) packKeys(p, keysAt, own, spare, panels);
        for (int p = 0; p < sizePanels; p++) packValues(p, keysAt, own, spare, panels);
        for (int query = first; query < last; query += BLOCK) {
            block((b * queries + query) * width + head * size, Math.min(BLOCK, last - query), own, panels, thread);
        }
    }

    /** Scaled keys of one panel, channel by channel. */
    private void packKeys(int panel, int keysAt, float[] own, int at, MemorySegment panels) {
        int from = panel * WIDTH, count = Math.min(WIDTH, keys - from);
        float[] x = k.floats();
        if (count < WIDTH) Arrays.fill(own, at, at + size * WIDTH, 0);
        for (int j = 0; j < count; j++) {
            int source = k.at() + keysAt + (from + j) * keyWidth, to = at + j;
            for (int d = 0; d < size; d++) own[to + d * WIDTH] = x[source + d] * scale;
        }
        MemorySegment.copy(own, at, panels, ValueLayout.JAVA_FLOAT, (long) panel * size * WIDTH * Float.BYTES, size * WIDTH);
    }

    /** Some channels of the values, key by key. */
    private void packValues(int panel, int keysAt, float[] own, int at, MemorySegment panels) {
        int from = panel * WIDTH, count = Math.min(WIDTH, size - from);
        if (count < WIDTH) Arrays.fill(own, at, at + keys * WIDTH, 0);
        for (int j = 0; j < keys; j++) System.arraycopy(v.floats(), v.at() + keysAt + j * keyWidth + from, own, at + j * WIDTH, count);
        MemorySegment.copy(own, at, panels, ValueLayout.JAVA_FLOAT, valuesAt(panel), keys * WIDTH);
    }

    private long valuesAt(int panel) {
        return ((long) keyPanels * size + (long) panel * keys) * WIDTH * Float.BYTES;
    }

    private void block(int at, int count, float[] own, MemorySegment panels, int thread) {
        int scoreStride = keyPanels * WIDTH, mixed = BLOCK * scoreStride, mixedStride = sizePanels * WIDTH;
        Arrays.fill(own, 0, count * scoreStride, 0);
        for (int p = 0; p < keyPanels; p++) {
            multiply(panels, (long) p * size * WIDTH * Float.BYTES, size, q.floats(), q.at() + at, width, own, p * WIDTH, scoreStride, count, thread);
        }
        Arrays.fill(own, mixed, mixed + count * mixedStride, 0);
        for (int i = 0; i < count; i++) Norms.softmax(machine.lanes, own, i * scoreStride, own, i * scoreStride, keys);
        for (int p = 0; p < sizePanels; p++) {
            multiply(panels, valuesAt(p), keys, own, 0, scoreStride, own, mixed + p * WIDTH, mixedStride, count, thread);
        }
        for (int i = 0; i < count; i++) System.arraycopy(own, mixed + i * mixedStride, y.floats(), y.at() + at + i * width, size);
    }

    private void multiply(MemorySegment panels, long panelAt, int depth, float[] a, int aAt, int aStride, float[] c, int cAt, int cStride, int rows,
            int thread) {
        for (int d = 0; d < depth; d += Matrix.DEPTH) {
            machine.lanes.accumulate(panels, panelAt + (long) d * WIDTH * Float.BYTES, Storage.FLOAT32, Math.min(Matrix.DEPTH, depth - d), a, aAt + d, aStride,
                    c, cAt, cStride, rows, WIDTH, machine.scratch(thread));
        }
    }
}
