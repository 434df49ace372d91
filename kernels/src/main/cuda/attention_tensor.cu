// Attention on tensor cores, bf16, after FlashAttention-2 (arXiv 2307.08691): a warp owns 16 or 32 queries and keeps their scores, weights and sums in
// registers; chunks of 64 keys come through shared memory. The values of a chunk are copied while its scores are made, the keys of the next
// one while this one is weighed and mixed, so that one buffer each is enough. Rows are padded by 16 bytes: 8 of them meet no bank twice.
// Floor: 4·queries·keys·size operations a head (half if causal) at what mma.sync reaches, 63 % of a Hopper's 989 TFLOP/s. With 32 queries a warp (tall)
// every fragment of keys and values serves twice, so that shared memory (one ldmatrix.x4 in 4 products) is no bottleneck; with 16 the grid is
// finer, and heads above 80 leave no registers for more. The choice does not show in the result.
#include "attention_tensor.cuh"

template <int SIZE, int TILES, int BYTES> __device__ __forceinline__ void attention(Call c) {
    constexpr int line = SIZE + 8, queries = 64 * TILES;
    static_assert(BYTES == (queries + 2 * KEYS) * line * 2);
    DYNAMIC_SHARED(bf16, q_tile);
    bf16 *k_tile = q_tile + queries * line, *v_tile = k_tile + KEYS * line, *own = q_tile + threadIdx.x / 32 * 16 * TILES * line;
    const Sight seen = sight(c.position, c.queries, c.keys, c.causal);
    // The last queries see the most keys: they begin first.
    const int first = (gridDim.x - 1 - blockIdx.x) * queries, head = blockIdx.y, query = first + threadIdx.x / 32 * 16 * TILES;
    const long long batch = blockIdx.z;
    c.q += (batch * c.queries + first) * c.q_stride + head * SIZE;
    c.k += batch * c.keys * c.k_stride + head / c.group * SIZE;
    c.v += batch * c.keys * c.v_stride + head / c.group * SIZE;
    const float scale = c.scale * Weight<bf16>::unit;
    const int end = seen.visible(min(first + queries, c.queries) - 1), seen_by_all = c.keep || c.bias ? 0 : seen.visible(first);
    begin_copy<queries, SIZE>(q_tile, c.q, c.q_stride, c.queries - first);
    if (end > 0) begin_copy<KEYS, SIZE>(k_tile, c.k, c.k_stride, seen.total);
    copy_async_commit();
    Rows<SIZE> rows[TILES] = {};
#pragma unroll
    for (int i = 0; i < TILES; i++) rows[i].greatest[0] = rows[i].greatest[1] = NOTHING;
    for (int from = 0; from < end; from += KEYS) {
        copy_async_wait<0>();
        __syncthreads();
        begin_copy<KEYS, SIZE>(v_tile, c.v + static_cast<long long>(from) * c.v_stride, c.v_stride, seen.total - from);
        copy_async_commit();
        float s[TILES][KEYS / 8][4] = {};
        make_scores<SIZE, TILES>(s, own, k_tile);
        copy_async_wait<0>();
        __syncthreads();
        if (from + KEYS < end) {
            begin_copy<KEYS, SIZE>(k_tile, c.k + static_cast<long long>(from + KEYS) * c.k_stride, c.k_stride, seen.total - from - KEYS);
            copy_async_commit();
        }
        uint32_t p[TILES][KEYS / 8][2];
#pragma unroll
        for (int i = 0; i < TILES; i++) {
            if (from + KEYS > seen_by_all) mask(s[i], c, seen, query + 16 * i, from, 1.f / c.scale);
            weigh<SIZE>(p[i], s[i], rows[i], scale);
        }
        mix<SIZE, TILES>(rows, p, v_tile);
    }
    // Where there was nothing to see, the queries' copies may still be on their way to what is overwritten now.
    copy_async_wait<0>();
    __syncthreads();
    finish<SIZE, TILES>(rows, own, c.y + (batch * c.queries + query) * c.y_stride + head * SIZE, c.y_stride, c.queries - query);
}

// dynamic shared memory: 27648 bytes
extern "C" __global__ void __launch_bounds__(128) attention_64_bf16(
        const bf16 *q,        // [batch, queries, heads·64], rows q_stride apart; the grid is tiles of 64 queries (tall: 128), heads, batch
        const bf16 *k,        // [batch, keys, heads / group·64], rows k_stride apart; all of q, k, v, y and their rows at multiples of 16 bytes
        const bf16 *v,        // like k
        const int *position,  // [1]: keys before the first query's own, all queries' own included in k and v; or null
        const int *keep,      // [batch, keys], 0 hides a key; or null
        const float *bias,    // [heads, queries, keys], added to the scores; or null
        bf16 *y,              // [batch, queries, heads·64]
        int queries, int keys,
        int group,            // heads that share one head of keys and values
        int q_stride, int k_stride, int v_stride, int y_stride,
        float scale,          // of products, above 0
        int causal) {         // 1: query i sees keys 0 … i, or position + i
    attention<64, 1, 27648>({q, k, v, position, keep, bias, y, queries, keys, group, q_stride, k_stride, v_stride, y_stride, scale, causal});
}

// dynamic shared memory: 33792 bytes
extern "C" __global__ void __launch_bounds__(128) attention_80_bf16(
        const bf16 *q, const bf16 *k, const bf16 *v, const int *position, const int *keep, const float *bias, bf16 *y, int queries, int keys, int group,
        int q_stride, int k_stride, int v_stride, int y_stride, float scale, int causal) {
    attention<80, 1, 33792>({q, k, v, position, keep, bias, y, queries, keys, group, q_stride, k_stride, v_stride, y_stride, scale, causal});
}

// dynamic shared memory: 39936 bytes
extern "C" __global__ void __launch_bounds__(128) attention_96_bf16(
        const bf16 *q, const bf16 *k, const bf16 *v, const int *position, const int *keep, const float *bias, bf16 *y, int queries, int keys, int group,
        int q_stride, int k_stride, int v_stride, int y_stride, float scale, int causal) {
    attention<96, 1, 39936>({q, k, v, position, keep, bias, y, queries, keys, group, q_stride, k_stride, v_stride, y_stride, scale, causal});
}

// dynamic shared memory: 52224 bytes
extern "C" __global__ void __launch_bounds__(128) attention_128_bf16(
        const bf16 *q, const bf16 *k, const bf16 *v, const int *position, const int *keep, const float *bias, bf16 *y, int queries, int keys, int group,
        int q_stride, int k_stride, int v_stride, int y_stride, float scale, int causal) {
    attention<128, 1, 52224>({q, k, v, position, keep, bias, y, queries, keys, group, q_stride, k_stride, v_stride, y_stride, scale, causal});
}

// dynamic shared memory: 36864 bytes
extern "C" __global__ void __launch_bounds__(128) attention_tall_64_bf16(
        const bf16 *q, const bf16 *k, const bf16 *v, const int *position, const int *keep, const float *bias, bf16 *y, int queries, int keys, int group,
        int q_stride, int k_stride, int v_stride, int y_stride, float scale, int causal) {
    attention<64, 2, 36864>({q, k, v, position, keep, bias, y, queries, keys, group, q_stride, k_stride, v_stride, y_stride, scale, causal});
}

// dynamic shared memory: 45056 bytes
extern "C" __global__ void __launch_bounds__(128) attention_tall_80_bf16(
        const bf16 *q, const bf16 *k, const bf16 *v, const int *position, const int *keep, const float *bias, bf16 *y, int queries, int keys, int group,
        int q_stride, int k_stride, int v_stride, int y_stride, float scale, int causal) {
    attention<80, 2, 45056>({q, k, v, position, keep, bias, y, queries, keys, group, q_stride, k_stride, v_stride, y_stride, scale, causal});
}
