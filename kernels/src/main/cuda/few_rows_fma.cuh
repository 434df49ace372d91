// A warp's part in a product of few float32 rows: a lane owns one output of up to ROWS · WIDTH / 32 rows, and adds up a chunk's products in order.
#pragma once
#include "ring.cuh"

// ROWS: most rows, so many lanes as there are sums, or a multiple.
template <typename W, int WIDTH, int ROWS> struct FmaChunk {
    static constexpr int STEP = 32 / WIDTH, CHAINS = (ROWS + STEP - 1) / STEP, PER_UNIT = 16 / sizeof(W);
    static_assert(ROWS * WIDTH <= FEW_SUMS, "a thread owns one sum");

    const NormalRows<float> &rows;
    int first, count;
    const float *row[CHAINS];
    Moments moment[CHAINS];

    __device__ __forceinline__ FmaChunk(const NormalRows<float> &rows, int chunk)
        : rows(rows), first(chunk * CHUNK), count(min(CHUNK, rows.x.inputs - chunk * CHUNK)) {
#pragma unroll
        for (int i = 0; i < CHAINS; i++) {
            const int index = (threadIdx.x & 31) / WIDTH + STEP * i;
            row[i] = rows.x.row(index);
            moment[i] = rows.moment(index);
        }
    }

    __device__ __forceinline__ void multiply(const unsigned char *tile, float *partial) const {
        const int output = threadIdx.x & (WIDTH - 1), lane_row = (threadIdx.x & 31) / WIDTH;
        [[maybe_unused]] constexpr int UNROLL = CHAINS > 4 ? 1 : 4;
        float sums[CHAINS] = {};
#pragma unroll UNROLL
        for (int k = 0; k < count; k += 4) {
            float w[4];
#pragma unroll
            for (int j = 0; j < 4; j++) w[j] = widen(reinterpret_cast<const W *>(tile + Ring<W, WIDTH>::place(k + j, output / PER_UNIT))[output % PER_UNIT]);
#pragma unroll
            for (int i = 0; i < CHAINS; i++) {
                if (!row[i]) continue;
                const float4 v = rows.four(row[i], moment[i], first + k);
                sums[i] = fmaf(v.w, w[3], fmaf(v.z, w[2], fmaf(v.y, w[1], fmaf(v.x, w[0], sums[i]))));
            }
        }
#pragma unroll
        for (int i = 0; i < CHAINS; i++) if (row[i]) partial[(lane_row + STEP * i) * WIDTH + output] = sums[i];
    }
};

// float32 weights 8 outputs a block, which are 32 bytes of an input's row; int8 weights 16, for whole copies of 16 bytes.
template <typename W, class Ready> __device__ __forceinline__ void few_rows_of(const FewRows<float, W, float> &p, int block, Ready ready) {
    constexpr int WIDTH = sizeof(W) == 1 ? 16 : 8;
    if (p.x.rows <= 32 / WIDTH) few_rows<FmaChunk<W, WIDTH, 32 / WIDTH>, WIDTH>(p, block, ready);
    else few_rows<FmaChunk<W, WIDTH, FEW_ROWS>, WIDTH>(p, block, ready);
}
