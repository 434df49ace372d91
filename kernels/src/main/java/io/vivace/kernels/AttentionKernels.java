package io.vivace.kernels;

/** Launches of the kernels in {@code attention.cu}, generated from it. */
public final class AttentionKernels {
    private AttentionKernels() {}

    public static Launch attention(String variant, Grid grid, long q, long k, long v, long position, long keep, long bias, long y, int queries, int keys, int group, int size, int qStride, int kStride, int vStride, int yStride, float scale, int causal) {
        return new Launch("attention", Launch.variant("attention", variant, "f32", "bf16"), grid, 128, 0, Launch.bits(q), Launch.bits(k), Launch.bits(v), Launch.bits(position), Launch.bits(keep), Launch.bits(bias), Launch.bits(y), Launch.bits(queries), Launch.bits(keys), Launch.bits(group), Launch.bits(size), Launch.bits(qStride), Launch.bits(kStride), Launch.bits(vStride), Launch.bits(yStride), Launch.bits(scale), Launch.bits(causal));
    }

    public static Launch remember(String variant, Grid grid, long k, long v, long keys, long values, long position, int frames, int capacity, int width, int kStride, int vStride, long trouble, int node) {
        return new Launch("attention", Launch.variant("remember", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(k), Launch.bits(v), Launch.bits(keys), Launch.bits(values), Launch.bits(position), Launch.bits(frames), Launch.bits(capacity), Launch.bits(width), Launch.bits(kStride), Launch.bits(vStride), Launch.bits(trouble), Launch.bits(node));
    }
}
