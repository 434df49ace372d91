// What all products with a weight matrix share: how weights are read, in which order is summed, how a sum becomes a result.
//
// The order of summation is one rule for every kernel, so that the value of a row depends neither on how many rows there are nor on which
// kernel was chosen: inputs are taken in chunks of 64; the products of a chunk are added up in the order of the inputs, from zero (in float32
// one fma after the other, in bfloat16 by four mma steps of 16 inputs); the partial sums of the chunks are added up in their order.
#pragma once
#include "numbers.cuh"

constexpr int CHUNK = 64;  // inputs of one partial sum
constexpr int PANEL = 64;  // outputs that lie side by side in the weights

__device__ __forceinline__ float widen(float x) { return x; }
__device__ __forceinline__ float widen(bf16 x) { return __bfloat162float(x); }
__device__ __forceinline__ float widen(int8_t x) { return static_cast<float>(x); }

// Eight neighbouring weights; 8 elements are aligned.
__device__ __forceinline__ void load_eight(const float *p, float (&v)[8]) {
    const float4 a = load4(p), b = load4(p + 4);
    v[0] = a.x, v[1] = a.y, v[2] = a.z, v[3] = a.w, v[4] = b.x, v[5] = b.y, v[6] = b.z, v[7] = b.w;
}

__device__ __forceinline__ void load_eight(const bf16 *p, float (&v)[8]) {
    const uint4 pairs = *reinterpret_cast<const uint4 *>(p);
    const uint32_t words[4] = {pairs.x, pairs.y, pairs.z, pairs.w};
#pragma unroll
    for (int i = 0; i < 4; i++) v[2 * i] = __uint_as_float(words[i] << 16), v[2 * i + 1] = __uint_as_float(words[i] & 0xffff0000u);
}

__device__ __forceinline__ void load_eight(const int8_t *p, float (&v)[8]) {
    const uint2 quads = *reinterpret_cast<const uint2 *>(p);
    const uint32_t words[2] = {quads.x, quads.y};
#pragma unroll
    for (int i = 0; i < 8; i++) v[i] = static_cast<float>(static_cast<int8_t>(words[i / 4] >> 8 * (i % 4)));
}

// Bytes `first` and `second` of four int8 as a pair of bf16, exactly: q + 128 goes into the low bits of 2²³ as a float, and what is left after
// subtracting 2²³ + 128 has its 8 significant bits in the upper half.
__device__ __forceinline__ uint32_t widened_pair(uint32_t quad, int first, int second) {
    const uint32_t biased = quad ^ 0x80808080u;
    const float a = __uint_as_float(__byte_perm(biased, 0x4b000000u, 0x7650 + first)) - 8388736.f;
    const float b = __uint_as_float(__byte_perm(biased, 0x4b000000u, 0x7650 + second)) - 8388736.f;
    return __byte_perm(__float_as_uint(a), __float_as_uint(b), 0x7632);
}

// The first of a panel's weights for these outputs, which must lie in one panel.
template <typename W> __device__ __forceinline__ const W *weights_of(const W *panels, int inputs, int output) {
    return panels + static_cast<long long>(output / PANEL) * inputs * PANEL + output % PANEL;
}

// Whether eight neighbours from p on can be copied as 16 bytes, and are so for every row of this stride.
__device__ __forceinline__ bool by_eight(const bf16 *p, int stride) { return (reinterpret_cast<uintptr_t>(p) & 15) == 0 && (stride & 7) == 0; }
__device__ __forceinline__ bool by_eight(const float *, int) { return false; }

// Elements k … k + 3 of a vector, zeros behind its last; k is a multiple of 4. Null is all zeros.
template <typename T> __device__ __forceinline__ float4 four_of(const T *p, int k, int count, bool aligned) {
    if (!p || k >= count) return make_float4(0.f, 0.f, 0.f, 0.f);
    if (aligned && k + 4 <= count) return load4(p + k);
    return make_float4(load(p + k), k + 1 < count ? load(p + k + 1) : 0.f, k + 2 < count ? load(p + k + 2) : 0.f, k + 3 < count ? load(p + k + 3) : 0.f);
}

__device__ __forceinline__ float4 four_of(const float *p, int k, int count) { return four_of(p, k, count, by_four(p, 0)); }

// Inputs k … k + 7 of a row whose elements do not lie so that they could be copied at once, as bf16.
template <class Rows> __device__ __forceinline__ uint4 gathered_eight(const Rows &rows, const typename Rows::Row &row, int k) {
    const float4 a = rows.four(row, k), b = rows.four(row, k + 4);
    return make_uint4(bf16_pair(a.x, a.y), bf16_pair(a.z, a.w), bf16_pair(b.x, b.y), bf16_pair(b.z, b.w));
}

__device__ __forceinline__ float finished(float sum, float scale, float bias, float residual, int activation) {
    return activate(activation, fmaf(sum, scale, bias) + residual);
}

__device__ __forceinline__ float4 finished_four(float4 sums, float4 scale, float4 bias, float4 residual, int activation) {
    return make_float4(finished(sums.x, scale.x, bias.x, residual.x, activation), finished(sums.y, scale.y, bias.y, residual.y, activation),
                       finished(sums.z, scale.z, bias.z, residual.z, activation), finished(sums.w, scale.w, bias.w, residual.w, activation));
}

// Where rows of sums go: y = act(sum·scale + bias + residual).
template <typename Y> struct Result {
    Y *y;
    const Y *residual;             // or null
    const float *scales, *bias;    // [outputs], or null
    int rows, outputs;
    int stride, residual_stride;   // elements from row to row
    int activation;

    __device__ __forceinline__ void put(int row, int output, float sum) const {
        const float added = residual ? load(residual + static_cast<long long>(row) * residual_stride + output) : 0.f;
        store(y + static_cast<long long>(row) * stride + output,
              finished(sum, scales ? scales[output] : 1.f, bias ? bias[output] : 0.f, added, activation));
    }

    // Whether four neighbouring outputs can be stored at once, wherever they begin at a multiple of four.
    __device__ __forceinline__ bool in_fours() const { return by_four(y, stride) && (!residual || by_four(residual, residual_stride)); }

    __device__ __forceinline__ void put_four(int row, int output, float4 sums) const {
        const float4 added = residual ? load4(residual + static_cast<long long>(row) * residual_stride + output) : make_float4(0.f, 0.f, 0.f, 0.f);
        const float4 scale = scales ? load4(scales + output) : make_float4(1.f, 1.f, 1.f, 1.f), offset = four_of(bias, output, outputs);
        store4(y + static_cast<long long>(row) * stride + output, finished_four(sums, scale, offset, added, activation));
    }
};

// Stores a tile of sums from shared memory. The loop stays rolled: the activations are long.
template <int ROWS, int COLUMNS, int THREADS, class Result>
__device__ __forceinline__ void put_tile(const float *sums, int pitch, const Result &result, int first_row, int first_output) {
    const bool fours = result.in_fours();
#pragma unroll 1
    for (int i = threadIdx.x; i < ROWS * COLUMNS / 4; i += THREADS) {
        const int row = first_row + i / (COLUMNS / 4), column = i % (COLUMNS / 4) * 4, output = first_output + column;
        const float *four = sums + i / (COLUMNS / 4) * pitch + column;
        if (row >= result.rows) continue;
        if (fours && output + 4 <= result.outputs) {
            result.put_four(row, output, load4(four));
        } else {
#pragma unroll 1
            for (int j = 0; j < 4 && output + j < result.outputs; j++) result.put(row, output + j, four[j]);
        }
    }
}
