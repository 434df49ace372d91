// A warp's part in a product of few bf16 rows: tensor cores multiply 16 rows, present or not, by tiles of 8 outputs. Memory is what such a product
// waits for, so absent rows cost nothing, and the sums are those of the tiles for many rows.
#pragma once
#include "ring.cuh"

// Weights of 16 inputs by 8·TILES outputs as fragments. Column n of tile j is the output at label(j, n).
template <typename W, int TILES> struct Fragments {
    // Bytes of float32 and int8 weights stay as they are in the ring; a lane takes TILES neighbouring outputs of its inputs.
    static __device__ __forceinline__ int label(int j, int n) { return TILES * n + j; }

    static __device__ __forceinline__ void load(uint32_t (&b)[TILES][2], const unsigned char *tile, int step) {
        const int lane = threadIdx.x & 31, k = 16 * step + lane % 4 * 2, at = TILES * sizeof(W) * (lane / 4);
#pragma unroll
        for (int half = 0; half < 2; half++) {
            const unsigned char *upper = tile + Ring<W, 8 * TILES>::place(k + 8 * half, at / 16) + at % 16;
            const unsigned char *lower = tile + Ring<W, 8 * TILES>::place(k + 8 * half + 1, at / 16) + at % 16;
            pairs(b, half, upper, lower, static_cast<W *>(nullptr));
        }
    }

    static __device__ __forceinline__ void pairs(uint32_t (&b)[TILES][2], int half, const unsigned char *upper, const unsigned char *lower, float *) {
#pragma unroll
        for (int j = 0; j < TILES; j++) b[j][half] = bf16_pair(reinterpret_cast<const float *>(upper)[j], reinterpret_cast<const float *>(lower)[j]);
    }

    static __device__ __forceinline__ void pairs(uint32_t (&b)[TILES][2], int half, const unsigned char *upper, const unsigned char *lower, int8_t *) {
        static_assert(TILES == 2 || TILES == 4, "words of two or four bytes");
#pragma unroll
        for (int j = 0; j < TILES; j += 2) {
            const uint32_t both = *reinterpret_cast<const uint16_t *>(upper + j) | *reinterpret_cast<const uint16_t *>(lower + j) << 16;
            b[j][half] = widened_pair(both, 0, 2);
            b[j + 1][half] = widened_pair(both, 1, 3);
        }
    }
};

template <int TILES> struct Fragments<bf16, TILES> {
    static __device__ __forceinline__ int label(int j, int n) { return 8 * j + n; }

    static __device__ __forceinline__ void load(uint32_t (&b)[TILES][2], const unsigned char *tile, int step) {
        const int k = 16 * step + (threadIdx.x & 15);
#pragma unroll
        for (int j = 0; j < TILES; j++) load_matrix2_transposed(b[j], tile + Ring<bf16, 8 * TILES>::place(k, j));
    }
};

template <typename W, int TILES> struct MmaChunk {
    static constexpr int WIDTH = 8 * TILES, STEPS = CHUNK / 16;

    int rows, steps;
    uint32_t a[STEPS][4];

    __device__ __forceinline__ MmaChunk(const NormalRows<bf16> &x, int chunk) : rows(x.x.rows), steps((x.x.inputs - chunk * CHUNK + 15) / 16) {
        const int row = (threadIdx.x & 31) / 4, k = chunk * CHUNK + threadIdx.x % 4 * 2;
        const bf16 *upper = x.x.row(row), *lower = x.x.row(row + 8);
#pragma unroll
        for (int i = 0; i < STEPS * 4; i++) a[i / 4][i % 4] = x.x.pair(i % 2 ? lower : upper, k + i / 4 * 16 + i % 4 / 2 * 8);
        if (!x.norm) return;
        const Moments upper_moment = x.moment(row), lower_moment = x.moment(row + 8);
#pragma unroll
        for (int i = 0; i < STEPS * 4; i++) {
            a[i / 4][i % 4] = x.pair(a[i / 4][i % 4], i % 2 ? lower_moment : upper_moment, k + i / 4 * 16 + i % 4 / 2 * 8);
        }
    }

    __device__ __forceinline__ void multiply(const unsigned char *tile, float *partial) const {
        float sums[TILES][4] = {};
#pragma unroll
        for (int step = 0; step < STEPS; step++) {
            if (step >= steps) break;
            uint32_t b[TILES][2];
            Fragments<W, TILES>::load(b, tile, step);
#pragma unroll
            for (int j = 0; j < TILES; j++) multiply_add(sums[j], a[step], b[j]);
        }
        const int row = (threadIdx.x & 31) / 4, column = threadIdx.x % 4 * 2;
#pragma unroll
        for (int j = 0; j < TILES; j++) {
            const int output = Fragments<W, TILES>::label(j, column), next = Fragments<W, TILES>::label(j, column + 1);
            if (row < rows) partial[row * WIDTH + output] = sums[j][0], partial[row * WIDTH + next] = sums[j][1];
            if (row + 8 < rows) partial[(row + 8) * WIDTH + output] = sums[j][2], partial[(row + 8) * WIDTH + next] = sums[j][3];
        }
    }
};

// int8 weights need 16 outputs a block for whole copies of 16 bytes; of float32 weights a ring holds two chunks of 16.
template <typename W, typename Y, class Ready> __device__ __forceinline__ void few_rows_of(const FewRows<bf16, W, Y> &p, int block, Ready ready) {
    if (p.width == 16) {
        few_rows<MmaChunk<W, 2>, 16>(p, block, ready);
    } else if (p.width == 8) {
        if constexpr (sizeof(W) > 1) few_rows<MmaChunk<W, 1>, 8>(p, block, ready);
    } else {
        if constexpr (sizeof(W) < 4) few_rows<MmaChunk<W, 4>, 32>(p, block, ready);
    }
}
