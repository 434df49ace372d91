// Which tile multiplies which rows: float32 rows by fma, bf16 rows on tensor cores.
#pragma once
#include "fma_tile.cuh"
#include "mma_tile.cuh"

template <typename W> using SmallMmaTile = MmaTile<W, 64, 64, 32, 32, 3>;

// For products so large that tiles of this size still fill the device: half as many loads from shared memory for a multiplication.
template <typename W> using LargeMmaTile = MmaTile<W, 128, 128, 64, 32, 3>;

constexpr int FMA_SHARED = FmaTile<float>::SHARED, SMALL_MMA_SHARED = SmallMmaTile<bf16>::SHARED;
static_assert(LargeMmaTile<bf16>::SHARED == 98304, "the dynamic shared memory that the kernels declare");

template <template <typename> class Rows, typename W, class Result>
__device__ __forceinline__ void small_tile(unsigned char *shared, const Rows<float> &rows, const W *panels, const Result &result) {
    FmaTile<W>::run(shared, rows, panels, rows.inputs, result);
}

template <template <typename> class Rows, typename W, class Result>
__device__ __forceinline__ void small_tile(unsigned char *shared, const Rows<bf16> &rows, const W *panels, const Result &result) {
    SmallMmaTile<W>::run(shared, rows, panels, rows.inputs, result);
}

template <template <typename> class Rows, typename W, class Result>
__device__ __forceinline__ void large_tile(unsigned char *shared, const Rows<bf16> &rows, const W *panels, const Result &result) {
    LargeMmaTile<W>::run(shared, rows, panels, rows.inputs, result);
}
