// Choosing among weighted elements, one block a row. All decisions (the k-th logit, the edge of the nucleus, its first token among equals, the
// token drawn) are one question: the largest key above which enough weight lies. It is answered two bits of the key at a time. Weights are summed
// as integers, in units of 2^-44 of the largest: such sums are exact to far below what could turn a decision, and the same in any order.
#pragma once
#include "numbers.cuh"
#include "philox.cuh"

typedef unsigned long long Mass;
const int THREADS = 256, WARPS = THREADS / 32;
const unsigned NO_NUMBER = 0xFFFFFFFFu;

// A number that orders as the float does; -0 counts as 0, and what is no number as more than all.
__device__ __forceinline__ unsigned sortable(float x) {
    if (x != x) return NO_NUMBER;
    const unsigned bits = __float_as_uint(x + 0.f);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

__device__ __forceinline__ float unsorted(unsigned key) { return __uint_as_float(key & 0x80000000u ? key ^ 0x80000000u : ~key); }

// Sums over the block, in every thread.
template <int N> __device__ __forceinline__ void sum_masses(Mass (&mass)[N]) {
    __shared__ __align__(16) Mass partial[WARPS][N];
#pragma unroll
    for (int n = 0; n < N; n++) {
#pragma unroll
        for (int offset = 16; offset > 0; offset >>= 1) mass[n] += __shfl_xor_sync(0xffffffffu, mass[n], offset);
        if ((threadIdx.x & 31) == 0) partial[threadIdx.x >> 5][n] = mass[n];
    }
    __syncthreads();
#pragma unroll
    for (int n = 0; n < N; n++) {
        mass[n] = 0;
#pragma unroll
        for (int i = 0; i < WARPS; i++) mass[n] += partial[i][n];
    }
    __syncthreads();
}

__device__ __forceinline__ Mass sum_mass(Mass mass) {
    Mass one[1] = {mass};
    sum_masses(one);
    return one[0];
}

// The largest over the block, in every thread.
__device__ __forceinline__ unsigned max_key(unsigned key) {
    __shared__ unsigned partial[WARPS];
#pragma unroll
    for (int offset = 16; offset > 0; offset >>= 1) key = max(key, __shfl_xor_sync(0xffffffffu, key, offset));
    if ((threadIdx.x & 31) == 0) partial[threadIdx.x >> 5] = key;
    __syncthreads();
#pragma unroll
    for (int i = 0; i < WARPS; i++) key = max(key, partial[i]);
    __syncthreads();
    return key;
}

// The largest key such that the elements of this key and above weigh at least `target`, which is at least 1 and at most all. With ANY, a lower key
// will do that has the same elements above it: found as soon as they weigh exactly the target.
template <bool ANY = false, typename Key, typename Weight>
__device__ __forceinline__ unsigned threshold(int count, int bits, Mass target, Key key, Weight weight) {
    unsigned found = 0;
    for (int shift = (bits - 1) & ~1; shift >= 0; shift -= 2) {
        const unsigned step = 1u << shift;
        Mass above[3] = {0, 0, 0};
        for (int i = threadIdx.x; i < count; i += THREADS) {
            const unsigned k = key(i);
            const Mass w = weight(i);
            if (k >= found + step) above[0] += w;
            if (k >= found + 2 * step) above[1] += w;
            if (k >= found + 3 * step) above[2] += w;
        }
        sum_masses(above);
        for (int n = 0; n < 3; n++) if (above[n] >= target) found += step;
        if (ANY && (above[0] == target || above[1] == target || above[2] == target)) break;
    }
    return found;
}

__device__ __forceinline__ int index_bits(int count) { return 32 - __clz(count); }

// total * fraction / 2^32, rounded down.
__device__ __forceinline__ Mass share(Mass total, Mass fraction) { return fraction * (total >> 32) + (fraction * (total & 0xFFFFFFFFu) >> 32); }

__device__ __forceinline__ Mass mass_of(float weight, float scale) { return static_cast<Mass>(weight * scale); }

const float UNIT = 17592186044416.f;  // 2^44

// exp((x - largest) / temperature), its exponent to twice float's precision: at a distance of 30, one rounding would be 2^-20 of the result.
__device__ __forceinline__ float likelihood(float x, float largest, float temperature) {
    const float distance = x - largest, exponent = distance / temperature;
    if (!(exponent > -104.f)) return 0.f;
    const float taken = distance - x, lost = (x - (distance - taken)) - (largest + taken);
    const float rest = (fmaf(-exponent, temperature, distance) + lost) / temperature, y = expf(exponent);
    return fmaf(y, rest, y);
}

// What one row chooses from: logits, and the weights that they turn into. A thread reads back only weights that it wrote itself.
template <typename T> struct Row {
    const T *logits;
    float *weights;
    int count;

    __device__ __forceinline__ unsigned key(int i) const { return sortable(load(logits + i)); }
    __device__ __forceinline__ Mass mass(int i) const { return mass_of(weights[i], UNIT); }

    __device__ __forceinline__ unsigned largest_key() const {
        unsigned most = 0;
        for (int i = threadIdx.x; i < count; i += THREADS) most = max(most, key(i));
        return max_key(most);
    }

    // The likeliest alone; of equals, the first.
    __device__ Mass likeliest(unsigned most) const {
        auto among = [&](int i) { return static_cast<Mass>(key(i) == most); };
        Mass equals = 0;
        for (int i = threadIdx.x; i < count; i += THREADS) equals += among(i);
        const int first = threshold(count, index_bits(count), sum_mass(equals), [](int i) { return i; }, among);
        for (int i = threadIdx.x; i < count; i += THREADS) weights[i] = i == first ? 1.f : 0.f;
        return static_cast<Mass>(UNIT);
    }

    // Drops the least likely while they weigh at most 1 - p of the total together; of equals, the lower index first. The likeliest stays.
    __device__ Mass nucleus(Mass total, float p) const {
        const Mass limit = share(total, (1ull << 32) - static_cast<Mass>(p * 4294967296.f)), kept = total > limit ? total - limit : 1;
        const unsigned edge = threshold(count, 32, kept, [&](int i) { return key(i); }, [&](int i) { return mass(i); });
        Mass sums[2] = {0, 0};  // weight above the edge, elements on it
        for (int i = threadIdx.x; i < count; i += THREADS) {
            if (key(i) > edge) sums[0] += mass(i);
            if (key(i) == edge) sums[1]++;
        }
        sum_masses(sums);
        int first = 0;
        auto on_edge = [&](int i) { return key(i) == edge ? mass(i) : 0; };
        if (sums[1] > 1) first = threshold(count, index_bits(count), kept - sums[0], [](int i) { return i; }, on_edge);
        Mass left = 0;
        for (int i = threadIdx.x; i < count; i += THREADS) {
            if (key(i) < edge || (key(i) == edge && i < first)) weights[i] = 0.f;
            left += mass(i);
        }
        return sum_mass(left);
    }

    // Turns logits into weights; returns their total, or 0 where there is nothing to choose from: no logit, or one without bound. That is reported,
    // with the bits of the largest logit.
    __device__ Mass weigh(const float *settings, int *trouble, int node) const {
        const float temperature = settings[0], top_p = settings[2];
        const int top_k = settings[1];
        const unsigned most = largest_key();
        const float largest = unsorted(most);
        const bool able = largest < INFINITY && (temperature == 0.f || largest > -INFINITY);
        if (!able && threadIdx.x == 0) report(trouble, node, most == NO_NUMBER ? 0x7FC00000 : __float_as_int(largest));
        if (!able) return 0;
        if (temperature == 0.f) return likeliest(most);
        unsigned least = 0;
        if (top_k > 0 && top_k < count) least = threshold<true>(count, 32, top_k, [&](int i) { return key(i); }, [](int) { return Mass(1); });
        Mass total = 0;
        for (int i = threadIdx.x; i < count; i += THREADS) {
            weights[i] = key(i) < least ? 0.f : likelihood(load(logits + i), largest, temperature);
            total += mass(i);
        }
        total = sum_mass(total);
        return top_p > 0.f && top_p < 1.f ? nucleus(total, top_p) : total;
    }
};

// The first index at which the cumulated weight exceeds the uniform number's share of the total.
template <typename Weight> __device__ __forceinline__ int drawn(int count, Mass total, uint32_t uniform, Weight weight) {
    return threshold(count, index_bits(count), total - share(total, uniform), [](int i) { return i; }, weight);
}
