// The state-space layer of Mamba-2 in chunks of 64 frames on tensor cores (arXiv 2405.21060, §6), for bf16: inside a chunk frames attend to each other like
// queries and keys, y_i = sum_j<=i (C_i·B_j) e^(s_i - s_j) D_j x_j with s the running sum of rates times steps D; what was before comes in through the state.
//
// A block owns 16 channels of a head with all their states and goes from chunk to chunk, so that the state never leaves its registers: with 512 states a chunk's
// state would be 4 MB for each row of the batch, to be written and read four times by kernels that take chunks apart. 32 heads of 64 channels make 128 blocks.
// The products C·B, which all heads of a group share, are made beforehand: done in each block they would be two thirds of its work.
// Each chunk costs a block 2·64·states elements of B and C from L2, 128 KB for 512 states, about 1.2 us; floor of [1, 2588, 32 heads of 64], 512 states: 50 us.
//
// Warps share out the states: of each slice of 64 a warp has 16. Its part of the state is the accumulator of one product (x^T·B) and, rounded to bf16, the left
// operand of another (S·C^T), whose fragments have the same shape. Sums and states are float32; rounded to bf16 are the operands of products only. Chunks are
// counted from the start of a call, so that a sequence dealt out to calls in another way differs by that rounding.
#include "ssd_chunks.cuh"

namespace {

// C·B for 16 frames by the 64 of the chunk; a warp takes 16 columns, and leaves out what lies in the future of all its rows.
__device__ __forceinline__ void scores_of_chunk(const bf16 *b, int b_stride, const bf16 *c, int c_stride, float *scores, int groups, int states, int frames) {
    __shared__ __align__(16) bf16 left[2][16 * SSD_TILE_ROW], right[2][SSD_TILE];
    const int strip = blockIdx.x % 4, base = blockIdx.x / 4 * SSD_CHUNK, lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
    const long long start = static_cast<long long>(blockIdx.z) * frames + base;
    b += start * b_stride + blockIdx.y * states;
    c += start * c_stride + blockIdx.y * states;
    const int slices = (states + SSD_SLICE - 1) / SSD_SLICE, rows = frames - base - strip * 16;
    const bf16 *queries = rows > 0 ? c + static_cast<long long>(strip * 16) * c_stride : c;
    const auto copy = [&](int slice) {
        copy_slice<16>(left[slice & 1], queries, c_stride, rows, states, slice);
        copy_slice<SSD_CHUNK>(right[slice & 1], b, b_stride, frames - base, states, slice);
        copy_async_commit();
    };
    float sums[2][4] = {};
    copy(0);
    for (int slice = 0; slice < slices; slice++) {
        copy_async_wait<0>();
        __syncthreads();
        if (slice + 1 < slices) copy(slice + 1);
        if (warp > strip) continue;
#pragma unroll
        for (int k = 0; k < SSD_SLICE; k += 16) {
            uint32_t query[4], one[2], other[2];
            load_left(query, left[slice & 1] + k, SSD_TILE_ROW, lane);
            load_right(one, other, right[slice & 1] + warp * 16 * SSD_TILE_ROW + k, SSD_TILE_ROW, lane);
            multiply_add(sums[0], query, one);
            multiply_add(sums[1], query, other);
        }
    }
    const long long chunk = (static_cast<long long>(blockIdx.z) * groups + blockIdx.y) * (gridDim.x / 4) + blockIdx.x / 4;
#pragma unroll
    for (int i = 0; i < 8; i++) {
        const int row = strip * 16 + lane / 4 + i / 2 % 2 * 8, column = warp * 16 + i / 4 * 8 + lane % 4 * 2 + i % 2;
        scores[(chunk * SSD_CHUNK + row) * SSD_CHUNK + column] = sums[i / 4][i % 4];
    }
}

__device__ __forceinline__ void walk(const Duality &d, Shared &shared) {
    const int slices = (d.states + SSD_SLICE - 1) / SSD_SLICE;
    if (slices == 1) Walk<1>(d, shared).run();
    else if (slices == 2) Walk<2>(d, shared).run();
    else if (slices <= 4) Walk<4>(d, shared).run();
    else Walk<8>(d, shared).run();
}

}  // namespace

extern "C" __global__ void __launch_bounds__(128) duality_scores_bf16(
        const bf16 *b,  // [batch, frames, groups·states], rows b_stride apart, on 16 bytes
        int b_stride,   // elements, a multiple of 8
        const bf16 *c,  // like b
        int c_stride,
        float *scores,  // [batch, groups, chunks, 64, 64]: C of the row's frame by B of the column's
        int groups,     // the grid is chunks by 4, by groups, by batch
        int states,     // a multiple of 8
        int frames) {
    scores_of_chunk(b, b_stride, c, c_stride, scores, groups, states, frames);
}

// dynamic shared memory: 78336 bytes
extern "C" __global__ void __launch_bounds__(128) duality_chunks_bf16(
        const bf16 *x,        // [batch, frames, heads·size], rows x_stride apart; all strides are in elements
        int x_stride,
        const bf16 *delta,    // [batch, frames, heads]: steps before bias, softplus and limits
        int delta_stride,
        const bf16 *b,        // as those of duality_scores
        int b_stride,
        const bf16 *c,
        int c_stride,
        const bf16 *gate,     // like x, or null
        int gate_stride,
        const float *scores,  // of duality_scores
        const float *bias,    // [heads], added to delta; or null
        const float *a,       // [heads], negative
        const float *skip,    // [heads] or [heads·size], or null
        int skip_each,        // not 0: by channel
        float *state,         // [batch, heads, size, states], moved on; or null: from zeros
        bf16 *y,              // [batch, frames, heads·size]
        int heads,            // the grid is size by 16, by heads, by batch
        int size,             // channels of a head
        int groups,
        int states,           // a multiple of 8, at most 512
        int frames,
        float least,          // limits of a step
        float most) {
    DYNAMIC_SHARED(Shared, shared);
    static_assert(sizeof(Shared) == 78336, "as the comment above says");
    walk({x, delta, b, c, gate, x_stride, delta_stride, b_stride, c_stride, gate_stride, scores, bias, a, skip, state, y, skip_each, heads, size, groups, states,
            frames, least, most}, *shared);
}
