package io.vivace.backend.cpu;

import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Shape;
import java.util.Arrays;

/**
 * Attention, with or without a cache. A task is one query of one batch row and some neighbouring heads: their keys lie side by side, or are shared, so that
 * memory is read in long runs, and a block of keys serves all of these heads before the next is touched. Queries see only the keys that they
 * may see; the rest is not computed, so a frame's result does not depend on how many frames come with it.
 */
final class AttentionKernel implements Kernel, Pool.Region {
    private static final int KEYS = 32;

    private final Machine machine;
    private final Place q, k, v, y, keep, bias, position;
    private final int batch, queries, keys, heads, size, width, keyWidth, sharers, groups;
    private final float scale;
    private final boolean causal;
    /** New keys and values to be appended first, or null. */
    private final Place newKeys, newValues;
    private final CachedAttention cached;
    private int start;

    AttentionKernel(Machine machine, Attention op, Place q, Place k, Place v, Place keep, Place bias, Place y) {
        this(machine, op.q().shape(), op.k().shape(), op.heads(), op.keyHeads(), op.scale(), op.causal(), q, k, v, keep, bias, null, null, null, null, y);
    }

    AttentionKernel(Machine machine, CachedAttention op, Place q, Place newKeys, Place newValues, Place keys, Place values, Place position, Place y) {
        this(machine, op.q().shape(), op.keys().shape(), op.heads(), op.keyHeads(), op.scale(), true, q, keys, values, null, null,
                position, newKeys, newValues, op, y);
    }

    private AttentionKernel(Machine machine, Shape shape, Shape keys, int heads, int keyHeads, double scale, boolean causal, Place q, Place k, Place v,
            Place keep, Place bias, Place position, Place newKeys, Place newValues, CachedAttention cached, Place y) {
        this.machine = machine;
        this.q = q;
        this.k = k;
        this.v = v;
        this.keep = keep;
        this.bias = bias;
        this.position = position;
        this.newKeys = newKeys;
        this.newValues = newValues;
        this.cached = cached;
        this.y = y;
        this.keys = keys.at(1);
        this.heads = heads;
        this.scale = (float) scale;
        this.causal = causal;
        batch = shape.at(0);
        queries = shape.at(1);
        width = shape.last();
        size = width / heads;
        keyWidth = keys.last();
        sharers = heads / keyHeads;
        groups = groups(heads, batch * queries, machine.pool.threads());
        machine.needFloats(heads / groups * this.keys);
    }

    /** Two tasks a thread, so that a slow thread is not waited for long, and no more, so that runs of memory stay long. */
    private static int groups(int heads, int rows, int threads) {
        int wanted = Math.clamp(Math.ceilDiv(2 * threads, Math.max(1, rows)), 1, heads);
        while (heads % wanted != 0) wanted++;
        return threads == 1 ? 1 : wanted;
    }

    @Override
    public void run() {
        if (cached != null) append();
        machine.pool.run(this, batch * queries * groups);
    }

    private void append() {
        start = position.ints()[position.at()];
        if (start < 0 || start > keys - queries) {
            throw new IndexOutOfBoundsException("CachedAttention of " + queries + " elements at position " + start + " leaves axis 1 of " + cached.keys());
        }
        for (int b = 0; b < batch; b++) {
            int from = b * queries * keyWidth, to = (b * keys + start) * keyWidth;
            System.arraycopy(newKeys.floats(), newKeys.at() + from, k.floats(), k.at() + to, queries * keyWidth);
            System.arraycopy(newValues.floats(), newValues.at() + from, v.floats(), v.at() + to, queries * keyWidth);
        }
    }

    @Override
    public void work(int task, int thread) {
        int row = task / groups, b = row / queries, query = row % queries, count = heads / groups, head = task % groups * count;
        int visible = causal ? Math.min(keys, start + query + 1) : keys;
        int at = row * width + head * size;
        float[] scores = machine.floats(thread);
        for (int key = 0; key < visible; key += KEYS) {
            int block = Math.min(KEYS, visible - key);
            for (int h = 0; h < count; h++) {
                machine.lanes.scores(q.floats(), q.at() + at + h * size, k.floats(), k.at() + keyAt(b, key, head + h), keyWidth, block, size,
                        scale, scores, h * keys + key);
            }
        }
        for (int h = 0; h < count; h++) weigh(scores, h * keys, visible, b, head + h, query);
        Arrays.fill(y.floats(), y.at() + at, y.at() + at + count * size, 0);
        for (int key = 0; key < visible; key += KEYS) {
            int block = Math.min(KEYS, visible - key);
            for (int h = 0; h < count; h++) {
                machine.lanes.mix(scores, h * keys + key, v.floats(), v.at() + keyAt(b, key, head + h), keyWidth, block, size,
                        y.floats(), y.at() + at + h * size);
            }
        }
    }

    /** Where the key or value of a head lies. */
    private int keyAt(int b, int key, int head) {
        return (b * keys + key) * keyWidth + head / sharers * size;
    }

    /** Scores to weights. */
    private void weigh(float[] scores, int at, int visible, int b, int head, int query) {
        if (bias != null) {
            int biasAt = bias.at() + (head * queries + query) * keys;
            machine.lanes.finish(scores, at, null, 0, bias.floats(), biasAt, null, 0, visible);
        }
        if (keep != null) {
            int keepAt = keep.at() + b * keys;
            for (int j = 0; j < visible; j++) if (keep.ints()[keepAt + j] == 0) scores[at + j] = Float.NEGATIVE_INFINITY;
        }
        Norms.softmax(machine.lanes, scores, at, scores, at, visible);
    }
}
