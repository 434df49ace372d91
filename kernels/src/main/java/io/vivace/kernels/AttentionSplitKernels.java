package io.vivace.kernels;

/** Launches of the kernels in {@code attention_split.cu}, generated from it. */
public final class AttentionSplitKernels {
    private AttentionSplitKernels() {}

    public static Launch attentionSplit(String variant, Grid grid, long q, long keys, long values, long k, long v, long position, long keep, long bias, long y, long parts, long counters, int queries, int capacity, int heads, int group, int size, int qStride, int keysStride, int valuesStride, int kStride, int vStride, int yStride, float scale, int causal, long trouble, int node) {
        return new Launch("attention_split", Launch.variant("attention_split", variant, "f32", "bf16"), grid, 128, 0, Launch.bits(q), Launch.bits(keys), Launch.bits(values), Launch.bits(k), Launch.bits(v), Launch.bits(position), Launch.bits(keep), Launch.bits(bias), Launch.bits(y), Launch.bits(parts), Launch.bits(counters), Launch.bits(queries), Launch.bits(capacity), Launch.bits(heads), Launch.bits(group), Launch.bits(size), Launch.bits(qStride), Launch.bits(keysStride), Launch.bits(valuesStride), Launch.bits(kStride), Launch.bits(vStride), Launch.bits(yStride), Launch.bits(scale), Launch.bits(causal), Launch.bits(trouble), Launch.bits(node));
    }
}
