// Tiles of frames by states in shared memory, and fragments of products out of them, for ssd_chunks.cu.
#pragma once
#include "numbers.cuh"

namespace {

// Frames of a chunk; states of a slice; elements of a tile's row, padded so that the eight rows of a fragment lie in different banks.
constexpr int SSD_CHUNK = 64, SSD_SLICE = 64, SSD_TILE_ROW = 72, SSD_TILE = SSD_CHUNK * SSD_TILE_ROW, SSD_THREADS = 128;

// Begins to copy one slice of the states of up to `rows` frames: 16 bytes of a row at a time, zeros beyond the frames and the states.
template <int ROWS>
__device__ __forceinline__ void copy_slice(bf16 *tile, const bf16 *from, int stride, int frames, int states, int slice) {
#pragma unroll 1
    for (int i = 0; i < ROWS * SSD_SLICE / 8 / SSD_THREADS; i++) {
        const int piece = i * SSD_THREADS + threadIdx.x, row = piece / (SSD_SLICE / 8), column = piece % (SSD_SLICE / 8) * 8, state = slice * SSD_SLICE + column;
        const bool present = row < frames && state < states;
        copy_async16(tile + row * SSD_TILE_ROW + column, present ? from + static_cast<long long>(row) * stride + state : from, present);
    }
}

// 16 rows by 16 columns as the left operand: rows as they lie.
__device__ __forceinline__ void load_left(uint32_t (&a)[4], const bf16 *tile, int row, int lane) {
    load_matrix4(a, tile + lane % 16 * row + lane / 16 * 8);
}

// 16 by 16 as the left operand, transposed: columns of the tile are rows of the operand.
__device__ __forceinline__ void load_left_transposed(uint32_t (&a)[4], const bf16 *tile, int row, int lane) {
    load_matrix4_transposed(a, tile + (lane % 8 + lane / 16 * 8) * row + lane / 8 % 2 * 8);
}

// The right operands of two products, 16 inputs by 8 outputs each: rows of the tile are outputs.
__device__ __forceinline__ void load_right(uint32_t (&first)[2], uint32_t (&second)[2], const bf16 *tile, int row, int lane) {
    uint32_t b[4];
    load_matrix4(b, tile + (lane % 8 + lane / 16 * 8) * row + lane / 8 % 2 * 8);
    first[0] = b[0], first[1] = b[1], second[0] = b[2], second[1] = b[3];
}

// The same where rows of the tile are inputs.
__device__ __forceinline__ void load_right_transposed(uint32_t (&first)[2], uint32_t (&second)[2], const bf16 *tile, int row, int lane) {
    uint32_t b[4];
    load_matrix4_transposed(b, tile + lane % 16 * row + lane / 16 * 8);
    first[0] = b[0], first[1] = b[1], second[0] = b[2], second[1] = b[3];
}

}  // namespace
