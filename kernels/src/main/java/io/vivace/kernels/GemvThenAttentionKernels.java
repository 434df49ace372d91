package io.vivace.kernels;

/** Launches of the kernels in {@code gemv_then_attention.cu}, generated from it. */
public final class GemvThenAttentionKernels {
    private GemvThenAttentionKernels() {}

    public static Launch gemvThenAttention(String variant, Launch first, Launch second, long tickets) {
        return Launch.joined("gemv_then_attention", Launch.variant("gemv_then_attention", variant, "f32_f32_f32", "f32_f32_bf16", "f32_f32_int8", "bf16_bf16_bf16", "bf16_bf16_int8"), 256, 82048, first, second, tickets);
    }
}
