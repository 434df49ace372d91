// How products with few rows read weights: every warp streams its own chunks of a block's outputs through a ring in shared memory, and waits
// for nobody else meanwhile.
//
// Such a product is bound by memory, and memory is kept busy by bytes on their way: at 4.3 TB/s and about 0.8 µs of latency some 3.5 MB,
// 26 KB for each of 132 multiprocessors. A block has 64 KB on their way (8 warps of 8 KB) from its first instructions on, before it looks at
// its rows; two blocks fit a multiprocessor.
#pragma once
#include "products.cuh"

constexpr int RING_WARPS = 8, RING_BYTES = 8192;  // of a warp

template <typename W, int WIDTH> struct Ring {
    static constexpr int UNITS = WIDTH * sizeof(W) / 16;  // 16-byte units of an input's row
    static constexpr int TILE = CHUNK * UNITS * 16;       // bytes of a chunk
    static constexpr int STAGES = RING_BYTES / TILE;
    static_assert(UNITS >= 1 && STAGES >= 2, "a ring holds chunks of whole units");

    unsigned char *stages;  // the warp's own
    const W *weights;       // the block's first output
    int inputs;

    // Where the unit lies in its tile: turned about so that eight neighbouring inputs of a unit hit eight different bank groups.
    static __device__ __forceinline__ int place(int k, int unit) { return k * UNITS + (unit ^ (k * UNITS / 8 & (UNITS - 1))); }

    __device__ __forceinline__ const unsigned char *tile(int round) const { return stages + round % STAGES * TILE; }

    // Begins to copy a chunk; inputs behind the last become zeros. Commits a group in any case.
    __device__ __forceinline__ void fetch(int round, int chunk) const {
        unsigned char *to = stages + round % STAGES * TILE;
        const int lane = threadIdx.x & 31, first = chunk * CHUNK;
        if (first < inputs) {
#pragma unroll
            for (int i = 0; i < 2 * UNITS; i++) {
                const int k = (lane + 32 * i) / UNITS, unit = (lane + 32 * i) % UNITS;
                const bool present = first + k < inputs;
                const W *from = weights + static_cast<long long>(present ? first + k : 0) * PANEL + unit * (16 / static_cast<int>(sizeof(W)));
                copy_async16(to + 16 * place(k, unit), from, present);
            }
        }
        copy_async_commit();
    }

    __device__ __forceinline__ void fill() const {
#pragma unroll
        for (int i = 0; i < STAGES; i++) fetch(i, (threadIdx.x >> 5) + RING_WARPS * i);
    }
};

// Sums of a round's chunks, one a warp, in their order.
template <int WIDTH, int ROWS> struct Partials {
    static constexpr int ELEMENTS = RING_WARPS * ROWS * WIDTH;

    float *partials;  // [2][warps][rows][outputs]: a round's partial sums are still being read while the next ones are written

    __device__ __forceinline__ float *of(int round, int warp) const { return partials + (round & 1) * ELEMENTS + warp * (ROWS * WIDTH); }

    __device__ __forceinline__ float add(float sum, int round, int chunks, int element) const {
#pragma unroll
        for (int i = 0; i < RING_WARPS; i++) if (round * RING_WARPS + i < chunks) sum += of(round, i)[element];
        return sum;
    }
};
