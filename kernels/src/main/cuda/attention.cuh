// What the attention kernels share. Keys are taken in chunks of 64, counted from key 0, and a query's result is defined chunk by chunk:
// scores as one chain of fused multiply-adds over the head, weights relative to the chunk's greatest score, the mixture as one chain over the
// chunk's keys, and chunks joined in their order. So the bits are the same whether one block walks over all chunks or many blocks take one
// each, and whether a frame comes alone, with others, or in a batch.
#pragma once
#include "numbers.cuh"

constexpr int KEYS = 64;       // of a chunk
constexpr int PIECE = 64;      // elements of a head that are in shared memory at a time
constexpr float NOTHING = -INFINITY;

// Weights are base^(score - greatest); scores are counted in units of that base.
template <typename T> struct Weight;

template <> struct Weight<float> {
    static constexpr float unit = 1.f;
    static __device__ __forceinline__ float of(float x) { return expf(x); }
};

template <> struct Weight<bf16> {
    static constexpr float unit = 1.44269504f;  // log2(e), for powers of two
    static __device__ __forceinline__ float of(float x) { return exp2_fast(x); }
};

// Which keys the queries of a launch see: the position of the first query may be known on the device only.
struct Sight {
    int start, total;  // keys before the first query's own; keys that some query sees
    bool causal;

    __device__ __forceinline__ int visible(int query) const { return causal ? min(total, start + query + 1) : total; }
};

__device__ __forceinline__ bool fits(int position, int queries, int capacity) { return position >= 0 && position <= capacity - queries; }

// Without a position, queries stand at the first keys. A position outside the states shows nothing.
__device__ __forceinline__ Sight sight(const int *position, int queries, int keys, int causal) {
    if (!position) return {0, causal ? min(queries, keys) : keys, causal != 0};
    if (!fits(*position, queries, keys)) return {0, 0, true};
    return {*position, *position + queries, true};
}

template <typename T> __device__ __forceinline__ float score(float product, float scale, const float *bias) {
    return bias ? fmaf(product, scale * Weight<T>::unit, *bias * Weight<T>::unit) : product * (scale * Weight<T>::unit);
}

// What remains of a sum relative to one greatest score when a greater one is found.
template <typename T> __device__ __forceinline__ float fade(float from, float to) { return from == NOTHING ? 0.f : Weight<T>::of(from - to); }

// One warp turns the scores of a row's chunk into weights; returns their greatest score and sum in every lane.
template <typename T> __device__ __forceinline__ float2 weigh(float *row) {
    const int lane = threadIdx.x & 31;
    const float first = row[lane], second = row[lane + 32], most = warp_max(fmaxf(first, second));
    // A row that sees nothing has weights 0, not 0/0; a NaN among the scores is no maximum, and comes through as itself.
    const float p = first == NOTHING ? 0.f : Weight<T>::of(first - most), r = second == NOTHING ? 0.f : Weight<T>::of(second - most);
    row[lane] = p;
    row[lane + 32] = r;
    return make_float2(most, warp_sum(p + r));
}

__device__ __forceinline__ float join(float sum, float fade, float part, float part_fade) { return fmaf(sum, fade, part * part_fade); }

// A query that may see no key at all gives zeros.
__device__ __forceinline__ float inverse(float sum) { return sum == 0.f ? 0.f : 1.f / sum; }
