// Rows that products multiply: as they lie, or normalised on the way.
#pragma once
#include "products.cuh"

// Rows of x as they lie.
template <typename X> struct PlainRows {
    const X *x;
    int rows, inputs, stride;  // elements from row to row
    bool pairs, fours, eights; // whether so many neighbours can be loaded at once

    typedef const X *Row;  // null: absent, all zeros

    __device__ __forceinline__ PlainRows(const X *x, int rows, int inputs, int stride)
        : x(x), rows(rows), inputs(inputs), stride(stride),
          pairs((reinterpret_cast<uintptr_t>(x) & 3) == 0 && (stride & 1) == 0), fours(by_four(x, stride)), eights(by_eight(x, stride) && inputs % 8 == 0) {}

    __device__ __forceinline__ Row row(int index) const { return index < rows ? x + static_cast<long long>(index) * stride : nullptr; }

    // Inputs k … k + 3, k a multiple of 4; zeros behind the last.
    __device__ __forceinline__ float4 four(Row row, int k) const { return four_of(row, k, inputs, fours); }

    // Inputs k … k + 7 where eights are to be had; null: zeros.
    __device__ __forceinline__ const X *eight(Row row, int k) const { return row && k < inputs ? row + k : nullptr; }

    // Inputs k and k + 1, k even, as a word; zeros behind the last.
    __device__ __forceinline__ uint32_t pair(Row row, int k) const {
        if (!row || k >= inputs) return 0;
        if (pairs && k + 2 <= inputs) return *reinterpret_cast<const uint32_t *>(row + k);
        return bf16_pair(load(row + k), k + 1 < inputs ? load(row + k + 1) : 0.f);
    }
};

// How a row is normalised. A kernel takes the kind as an int.
enum Norm { AS_IT_IS, LAYER, ROOT_MEAN_SQUARE };

struct Moments {
    float mean, scale;
};

// Mean and 1/√(variance + ε) of a row, by one warp, in every lane. The variance is that of centred values; the order of summation depends
// on nothing but the number of channels.
template <typename X> __device__ __forceinline__ Moments moments(const PlainRows<X> &x, const X *row, int norm, float epsilon) {
    const int first = 4 * (threadIdx.x & 31);
    float mean = 0.f, squares = 0.f;
    if (norm == LAYER) {
        for (int k = first; k < x.inputs; k += 128) {
            const float4 v = x.four(row, k);
            mean += (v.x + v.y) + (v.z + v.w);
        }
        mean = warp_sum(mean) / x.inputs;
    }
    for (int k = first; k < x.inputs; k += 128) {
        const float4 v = x.four(row, k);
        const float a = v.x - mean, b = k + 1 < x.inputs ? v.y - mean : 0.f, c = k + 2 < x.inputs ? v.z - mean : 0.f,
                    d = k + 3 < x.inputs ? v.w - mean : 0.f;
        squares = fmaf(a, a, fmaf(b, b, fmaf(c, c, fmaf(d, d, squares))));
    }
    return {mean, rsqrtf(warp_sum(squares) / x.inputs + epsilon)};
}

__device__ __forceinline__ float normal(float x, Moments row, float gamma, float beta) { return fmaf((x - row.mean) * row.scale, gamma, beta); }

// Rows that are normalised as they are loaded, or taken as they are.
template <typename X> struct NormalRows {
    PlainRows<X> x;
    int norm;
    const float *gamma, *beta;  // beta may be null
    const Moments *moments;     // of each row, in shared memory

    __device__ __forceinline__ Moments moment(int row) const { return norm && row < x.rows ? moments[row] : Moments{0.f, 1.f}; }

    // Inputs k … k + 3, k a multiple of 4; zeros behind the last.
    __device__ __forceinline__ float4 four(const X *row, Moments m, int k) const {
        const float4 v = x.four(row, k);
        if (!norm) return v;
        const float4 g = four_of(gamma, k, x.inputs), b = four_of(beta, k, x.inputs);
        return make_float4(normal(v.x, m, g.x, b.x), normal(v.y, m, g.y, b.y), normal(v.z, m, g.z, b.z), normal(v.w, m, g.w, b.w));
    }

    // The same of inputs k and k + 1, k even, that have been loaded as a word of bf16; zeros stay behind the last.
    __device__ __forceinline__ uint32_t pair(uint32_t v, Moments m, int k) const {
        const float g = k < x.inputs ? gamma[k] : 0.f, b = beta && k < x.inputs ? beta[k] : 0.f;
        const float second_g = k + 1 < x.inputs ? gamma[k + 1] : 0.f, second_b = beta && k + 1 < x.inputs ? beta[k + 1] : 0.f;
        return bf16_pair(normal(__uint_as_float(v << 16), m, g, b), normal(__uint_as_float(v & 0xffff0000u), m, second_g, second_b));
    }
};
