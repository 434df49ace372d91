package io.vivace.kernels;

/** Launches of the kernels in {@code embedding.cu}, generated from it. */
public final class EmbeddingKernels {
    private EmbeddingKernels() {}

    public static Launch embeddingSum(String variant, Grid grid, long t0, long t1, long t2, long t3, long t4, long t5, long t6, long t7, long ids, long y, int frames, int channels, int rows, int codebooks, int first, int count, long trouble, int node) {
        return new Launch("embedding", Launch.variant("embedding_sum", variant, "f32_f32", "f32_bf16", "bf16_f32", "bf16_bf16"), grid, 256, 0, Launch.bits(t0), Launch.bits(t1), Launch.bits(t2), Launch.bits(t3), Launch.bits(t4), Launch.bits(t5), Launch.bits(t6), Launch.bits(t7), Launch.bits(ids), Launch.bits(y), Launch.bits(frames), Launch.bits(channels), Launch.bits(rows), Launch.bits(codebooks), Launch.bits(first), Launch.bits(count), Launch.bits(trouble), Launch.bits(node));
    }

    public static Launch tokenEmbedding(String variant, Grid grid, long t0, long t1, long t2, long t3, long t4, long t5, long t6, long t7, long tokens, long column, long positions, long position, long y, int copies, int batch, int frames, int columns, int capacity, int codebooks, int channels, int rows, long trouble, int node) {
        return new Launch("embedding", Launch.variant("token_embedding", variant, "f32_f32", "f32_bf16", "bf16_f32", "bf16_bf16"), grid, 256, 0, Launch.bits(t0), Launch.bits(t1), Launch.bits(t2), Launch.bits(t3), Launch.bits(t4), Launch.bits(t5), Launch.bits(t6), Launch.bits(t7), Launch.bits(tokens), Launch.bits(column), Launch.bits(positions), Launch.bits(position), Launch.bits(y), Launch.bits(copies), Launch.bits(batch), Launch.bits(frames), Launch.bits(columns), Launch.bits(capacity), Launch.bits(codebooks), Launch.bits(channels), Launch.bits(rows), Launch.bits(trouble), Launch.bits(node));
    }
}
