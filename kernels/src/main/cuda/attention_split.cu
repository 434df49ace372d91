// Attention of few queries over many keys: decoding. A block takes one chunk of 64 keys for all queries of the heads that share it, so the keys and
// values are read once and the whole device reads them; the last block to finish joins the chunks in their order. The grid covers the states'
// capacity, as only the device knows how much is filled: blocks beyond that leave at once.
// Floor: the bytes of the keys and values that are seen, once; each block has all its 64·size·2 elements on their way at once (size ≤ 64 in float32, 128 in bf16).
#include "attention_few.cuh"

__device__ __forceinline__ Part part() { return {static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y), static_cast<int>(blockIdx.z)}; }

extern "C" __global__ void __launch_bounds__(128) attention_split_f32(
        const float *q,         // [batch, queries, heads·size], rows q_stride apart; the grid is ceil(capacity / 64), heads / group·ceil(queries·group / 8), batch
        float *keys,            // [batch, capacity, heads / group·size]; written only where there is a position
        float *values,          // like keys
        const float *k,         // new keys [batch, queries, heads / group·size] that go behind the first position keys; or null
        const float *v,         // new values, like k
        const int *position,    // [1]: frames that keys and values hold already; or null
        const int *keep,        // [batch, capacity], 0 hides a key; or null
        const float *bias,      // [heads, queries, capacity], added to the scores; or null
        float *y,               // [batch, queries, heads·size]
        float *parts,           // [batch, heads·queries, ceil(capacity / 64), size up to a multiple of 4, and 4]: mixture, greatest score, sum of weights
        int *counters,          // [batch, grid.y], zero before and after
        int queries, int capacity, int heads,
        int group,              // heads that share one head of keys and values
        int size,               // of a head, at most 256
        int q_stride, int keys_stride, int values_stride, int k_stride, int v_stride, int y_stride,
        float scale,            // of products
        int causal,             // 1: query i sees keys 0 … i, or position + i
        int *trouble, int node) {  // told the position if the frames do not fit
    __shared__ __align__(16) Shared<float, 2> s;
    few(s, Call<float>{q, keys, values, k, v, position, keep, bias, y, parts, counters, queries, capacity, heads, group, size, q_stride, keys_stride, values_stride,
                    k_stride, v_stride, y_stride, scale, causal, trouble, node}, part(), Nothing());
}

extern "C" __global__ void __launch_bounds__(128) attention_split_bf16(  // as attention_split_f32
        const bf16 *q, bf16 *keys, bf16 *values, const bf16 *k, const bf16 *v, const int *position, const int *keep, const float *bias, bf16 *y, float *parts,
        int *counters, int queries, int capacity, int heads, int group, int size, int q_stride, int keys_stride, int values_stride, int k_stride, int v_stride,
        int y_stride, float scale, int causal, int *trouble, int node) {
    __shared__ __align__(16) Shared<bf16, 2> s;
    few(s, Call<bf16>{q, keys, values, k, v, position, keep, bias, y, parts, counters, queries, capacity, heads, group, size, q_stride, keys_stride, values_stride,
                    k_stride, v_stride, y_stride, scale, causal, trouble, node}, part(), Nothing());
}
