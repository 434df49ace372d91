// Attention of few queries, then a product of few rows, in one launch: attention of a decoding step and the projection of what it has mixed.
// Parameters are those of attention_split.cu, those of gemv.cu, then tickets.
// Floor: the bytes of the keys and values that are seen, and of the weights, once; up to 64 KB of weights a block are on their way while attention is
// at work.
#include "few_rows_fma.cuh"
#include "few_rows_mma.cuh"
#include "joined_attention.cuh"
#include "tickets.cuh"

template <typename T, typename W>
__device__ __forceinline__ void attention_then_product(const Call<T> &c, const FewRows<T, W, T> &p, int *tickets, int first, int second) {
    one_after_the_other(Tickets{tickets, blocks_of(c, first), second}, [&](int block) { attend(c, block, first, Nothing()); },
                        [&](int block, auto ready) { few_rows_of(p, block, ready); });
}

// joins: attention_split, gemv
// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) attention_then_gemv_f32_f32_f32(
        const float *q, float *keys, float *values, const float *k, const float *v, const int *position, const int *keep, const float *score_bias, float *mixed,
        float *parts, int *counters, int queries, int capacity, int heads, int group, int size, int q_stride, int keys_stride, int values_stride, int k_stride,
        int v_stride, int mixed_stride, float scale, int causal, int *trouble, int node,
        const float *x, const float *gamma, const float *beta, const float *panels, const float *scales, const float *bias, const float *residual, float *y,
        int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation,
        int *tickets, int first_blocks, int second_blocks) {
    attention_then_product(
        Call<float>{q, keys, values, k, v, position, keep, score_bias, mixed, parts, counters, queries, capacity, heads, group, size, q_stride, keys_stride,
            values_stride, k_stride, v_stride, mixed_stride, scale, causal, trouble, node},
        FewRows<float, float, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        tickets, first_blocks, second_blocks);
}

// joins: attention_split, gemv
// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) attention_then_gemv_f32_f32_bf16(
        const float *q, float *keys, float *values, const float *k, const float *v, const int *position, const int *keep, const float *score_bias, float *mixed,
        float *parts, int *counters, int queries, int capacity, int heads, int group, int size, int q_stride, int keys_stride, int values_stride, int k_stride,
        int v_stride, int mixed_stride, float scale, int causal, int *trouble, int node,
        const float *x, const float *gamma, const float *beta, const bf16 *panels, const float *scales, const float *bias, const float *residual, float *y,
        int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation,
        int *tickets, int first_blocks, int second_blocks) {
    attention_then_product(
        Call<float>{q, keys, values, k, v, position, keep, score_bias, mixed, parts, counters, queries, capacity, heads, group, size, q_stride, keys_stride,
            values_stride, k_stride, v_stride, mixed_stride, scale, causal, trouble, node},
        FewRows<float, bf16, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        tickets, first_blocks, second_blocks);
}

// joins: attention_split, gemv
// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) attention_then_gemv_f32_f32_int8(
        const float *q, float *keys, float *values, const float *k, const float *v, const int *position, const int *keep, const float *score_bias, float *mixed,
        float *parts, int *counters, int queries, int capacity, int heads, int group, int size, int q_stride, int keys_stride, int values_stride, int k_stride,
        int v_stride, int mixed_stride, float scale, int causal, int *trouble, int node,
        const float *x, const float *gamma, const float *beta, const int8_t *panels, const float *scales, const float *bias, const float *residual, float *y,
        int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation,
        int *tickets, int first_blocks, int second_blocks) {
    attention_then_product(
        Call<float>{q, keys, values, k, v, position, keep, score_bias, mixed, parts, counters, queries, capacity, heads, group, size, q_stride, keys_stride,
            values_stride, k_stride, v_stride, mixed_stride, scale, causal, trouble, node},
        FewRows<float, int8_t, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride,
            norm, epsilon, activation),
        tickets, first_blocks, second_blocks);
}

// joins: attention_split, gemv
// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) attention_then_gemv_bf16_bf16_bf16(
        const bf16 *q, bf16 *keys, bf16 *values, const bf16 *k, const bf16 *v, const int *position, const int *keep, const float *score_bias, bf16 *mixed,
        float *parts, int *counters, int queries, int capacity, int heads, int group, int size, int q_stride, int keys_stride, int values_stride, int k_stride,
        int v_stride, int mixed_stride, float scale, int causal, int *trouble, int node,
        const bf16 *x, const float *gamma, const float *beta, const bf16 *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y,
        int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation,
        int *tickets, int first_blocks, int second_blocks) {
    attention_then_product(
        Call<bf16>{q, keys, values, k, v, position, keep, score_bias, mixed, parts, counters, queries, capacity, heads, group, size, q_stride, keys_stride,
            values_stride, k_stride, v_stride, mixed_stride, scale, causal, trouble, node},
        FewRows<bf16, bf16, bf16>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        tickets, first_blocks, second_blocks);
}

// joins: attention_split, gemv
// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) attention_then_gemv_bf16_bf16_int8(
        const bf16 *q, bf16 *keys, bf16 *values, const bf16 *k, const bf16 *v, const int *position, const int *keep, const float *score_bias, bf16 *mixed,
        float *parts, int *counters, int queries, int capacity, int heads, int group, int size, int q_stride, int keys_stride, int values_stride, int k_stride,
        int v_stride, int mixed_stride, float scale, int causal, int *trouble, int node,
        const bf16 *x, const float *gamma, const float *beta, const int8_t *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y,
        int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation,
        int *tickets, int first_blocks, int second_blocks) {
    attention_then_product(
        Call<bf16>{q, keys, values, k, v, position, keep, score_bias, mixed, parts, counters, queries, capacity, heads, group, size, q_stride, keys_stride,
            values_stride, k_stride, v_stride, mixed_stride, scale, causal, trouble, node},
        FewRows<bf16, int8_t, bf16>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        tickets, first_blocks, second_blocks);
}
