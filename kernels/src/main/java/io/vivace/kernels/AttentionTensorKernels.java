package io.vivace.kernels;

/** Launches of the kernels in {@code attention_tensor.cu}, generated from it. */
public final class AttentionTensorKernels {
    private AttentionTensorKernels() {}

    public static Launch attention64(String variant, Grid grid, long q, long k, long v, long position, long keep, long bias, long y, int queries, int keys, int group, int qStride, int kStride, int vStride, int yStride, float scale, int causal) {
        return new Launch("attention_tensor", Launch.variant("attention_64", variant, "bf16"), grid, 128, 27648, Launch.bits(q), Launch.bits(k), Launch.bits(v), Launch.bits(position), Launch.bits(keep), Launch.bits(bias), Launch.bits(y), Launch.bits(queries), Launch.bits(keys), Launch.bits(group), Launch.bits(qStride), Launch.bits(kStride), Launch.bits(vStride), Launch.bits(yStride), Launch.bits(scale), Launch.bits(causal));
    }

    public static Launch attention80(String variant, Grid grid, long q, long k, long v, long position, long keep, long bias, long y, int queries, int keys, int group, int qStride, int kStride, int vStride, int yStride, float scale, int causal) {
        return new Launch("attention_tensor", Launch.variant("attention_80", variant, "bf16"), grid, 128, 33792, Launch.bits(q), Launch.bits(k), Launch.bits(v), Launch.bits(position), Launch.bits(keep), Launch.bits(bias), Launch.bits(y), Launch.bits(queries), Launch.bits(keys), Launch.bits(group), Launch.bits(qStride), Launch.bits(kStride), Launch.bits(vStride), Launch.bits(yStride), Launch.bits(scale), Launch.bits(causal));
    }

    public static Launch attention96(String variant, Grid grid, long q, long k, long v, long position, long keep, long bias, long y, int queries, int keys, int group, int qStride, int kStride, int vStride, int yStride, float scale, int causal) {
        return new Launch("attention_tensor", Launch.variant("attention_96", variant, "bf16"), grid, 128, 39936, Launch.bits(q), Launch.bits(k), Launch.bits(v), Launch.bits(position), Launch.bits(keep), Launch.bits(bias), Launch.bits(y), Launch.bits(queries), Launch.bits(keys), Launch.bits(group), Launch.bits(qStride), Launch.bits(kStride), Launch.bits(vStride), Launch.bits(yStride), Launch.bits(scale), Launch.bits(causal));
    }

    public static Launch attention128(String variant, Grid grid, long q, long k, long v, long position, long keep, long bias, long y, int queries, int keys, int group, int qStride, int kStride, int vStride, int yStride, float scale, int causal) {
        return new Launch("attention_tensor", Launch.variant("attention_128", variant, "bf16"), grid, 128, 52224, Launch.bits(q), Launch.bits(k), Launch.bits(v), Launch.bits(position), Launch.bits(keep), Launch.bits(bias), Launch.bits(y), Launch.bits(queries), Launch.bits(keys), Launch.bits(group), Launch.bits(qStride), Launch.bits(kStride), Launch.bits(vStride), Launch.bits(yStride), Launch.bits(scale), Launch.bits(causal));
    }

    public static Launch attentionTall64(String variant, Grid grid, long q, long k, long v, long position, long keep, long bias, long y, int queries, int keys, int group, int qStride, int kStride, int vStride, int yStride, float scale, int causal) {
        return new Launch("attention_tensor", Launch.variant("attention_tall_64", variant, "bf16"), grid, 128, 36864, Launch.bits(q), Launch.bits(k), Launch.bits(v), Launch.bits(position), Launch.bits(keep), Launch.bits(bias), Launch.bits(y), Launch.bits(queries), Launch.bits(keys), Launch.bits(group), Launch.bits(qStride), Launch.bits(kStride), Launch.bits(vStride), Launch.bits(yStride), Launch.bits(scale), Launch.bits(causal));
    }

    public static Launch attentionTall80(String variant, Grid grid, long q, long k, long v, long position, long keep, long bias, long y, int queries, int keys, int group, int qStride, int kStride, int vStride, int yStride, float scale, int causal) {
        return new Launch("attention_tensor", Launch.variant("attention_tall_80", variant, "bf16"), grid, 128, 45056, Launch.bits(q), Launch.bits(k), Launch.bits(v), Launch.bits(position), Launch.bits(keep), Launch.bits(bias), Launch.bits(y), Launch.bits(queries), Launch.bits(keys), Launch.bits(group), Launch.bits(qStride), Launch.bits(kStride), Launch.bits(vStride), Launch.bits(yStride), Launch.bits(scale), Launch.bits(causal));
    }
}
