// Sum, mean and maximum over one axis, in a fixed order. A thread's own sum carries its rounding error along, so that long axes of either sign
// lose nothing; the few sums of a block are then added as a tree.
#include "numbers.cuh"

// The ordinals of io.vivace.graph.Arithmetic.Reduce.Kind.
enum Reduce { SUM, MEAN, MAXIMUM };

struct Reduction {
    int kind;
    float value, lost;

    __device__ explicit Reduction(int kind) : kind(kind), value(kind == MAXIMUM ? -INFINITY : 0.f), lost(0.f) {}

    __device__ __forceinline__ void take(float x) {
        if (kind == MAXIMUM) {
            value = fmaxf(value, x);
            return;
        }
        const float sum = value + x, part = sum - value;
        lost += (value - (sum - part)) + (x - part);
        value = sum;
    }

    // An overflow or a NaN makes what was lost meaningless.
    __device__ __forceinline__ float result() const { return lost == lost ? value + lost : value; }
};

template <typename T> __device__ __forceinline__ void reduce_row(const T *x, T *y, int extent, int kind) {
    const T *row = x + static_cast<long long>(blockIdx.x) * extent;
    Reduction own(kind);
    for (int i = threadIdx.x; i < extent; i += 256) own.take(load(row + i));
    const float all = kind == MAXIMUM ? block_max<256>(own.result()) : block_sum<256>(own.result());
    if (threadIdx.x == 0) store(y + blockIdx.x, kind == MEAN ? all / extent : all);
}

// A block owns 32 neighbouring columns; each of its warps takes every eighth place of the axis.
template <typename T> __device__ __forceinline__ void reduce_columns(const T *x, T *y, int extent, int inner, int kind) {
    __shared__ float partial[8][32];
    const int groups = (inner + 31) / 32, outer = blockIdx.x / groups;
    const int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, column = (blockIdx.x - outer * groups) * 32 + lane;
    const T *from = x + static_cast<long long>(outer) * extent * inner + column;
    Reduction own(kind);
    if (column < inner) for (int i = warp; i < extent; i += 8) own.take(load(from + static_cast<long long>(i) * inner));
    partial[warp][lane] = own.result();
    __syncthreads();
    if (warp != 0 || column >= inner) return;
    Reduction all(kind);
#pragma unroll
    for (int i = 0; i < 8; i++) all.take(partial[i][lane]);
    store(y + static_cast<long long>(outer) * inner + column, kind == MEAN ? all.result() / extent : all.result());
}

extern "C" __global__ void __launch_bounds__(256) reduce_rows_f32(
        const float *x,  // [rows, extent]
        float *y,        // [rows]; the grid is the rows
        int extent,      // of the last axis
        int kind) {      // Reduce
    reduce_row(x, y, extent, kind);
}

extern "C" __global__ void __launch_bounds__(256) reduce_columns_f32(
        const float *x,  // [outer, extent, inner]
        float *y,        // [outer, inner]; the grid is outer times the groups of 32 columns
        int extent,      // of the axis in between
        int inner,       // elements from one place of it to the next
        int kind) {      // Reduce
    reduce_columns(x, y, extent, inner, kind);
}
