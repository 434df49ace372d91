// Products of few rows, up to 16, with a weight matrix: how the weights are streamed, and how the sums are put together.
//
// A block owns a few neighbouring outputs and all inputs, so nothing is exchanged between blocks. Its eight warps take the chunks of inputs in
// turn: each streams its own chunks through a ring in shared memory, waiting for nobody, and leaves partial sums, which are added up in their
// order after every round of eight.
//
// Such a product is bound by memory, and memory is kept busy by bytes on their way: at 4.3 TB/s and about 0.8 us of latency some 3.5 MB, 26 KB for
// each of 132 multiprocessors. A block has up to 64 KB on their way (8 warps of 8 KB) from its first instructions on, before it looks at its rows,
// and two blocks fit a multiprocessor. The outputs of a block are so chosen that 1024 outputs make 128 blocks.
#pragma once
#include "ready.cuh"
#include "rows.cuh"

constexpr int RING_WARPS = 8, RING_BYTES = 8192;        // of a warp
constexpr int FEW_ROWS = 16, FEW_SUMS = 256;            // most rows; most rows · outputs of a block: a thread owns one sum
constexpr int FEW_SHARED = RING_WARPS * RING_BYTES + 2 * RING_WARPS * FEW_SUMS * 4 + FEW_ROWS * sizeof(Moments);
static_assert(FEW_SHARED == 82048, "the dynamic shared memory that the kernels declare");

template <typename W, int WIDTH> struct Ring {
    static constexpr int UNITS = WIDTH * sizeof(W) / 16;  // 16-byte units of an input's row
    static constexpr int TILE = CHUNK * UNITS * 16;       // bytes of a chunk
    static constexpr int STAGES = RING_BYTES / TILE;
    static_assert(UNITS >= 1 && STAGES >= 2, "a ring holds chunks of whole units");

    unsigned char *stages;  // the warp's own
    const W *weights;       // the block's first output
    int inputs;

    // Where the unit lies in its tile: turned about so that eight neighbouring inputs of a unit hit eight different bank groups.
    static __device__ __forceinline__ int place(int k, int unit) { return 16 * (k * UNITS + (unit ^ (k * UNITS / 8 & (UNITS - 1)))); }

    __device__ __forceinline__ unsigned char *tile(int round) const { return stages + round % STAGES * TILE; }

    // Begins to copy a chunk; inputs behind the last become zeros. Commits a group in any case.
    __device__ __forceinline__ void fetch(int round, int chunk) const {
        const int lane = threadIdx.x & 31, first = chunk * CHUNK;
        if (first < inputs) {
#pragma unroll
            for (int i = 0; i < 2 * UNITS; i++) {
                const int k = (lane + 32 * i) / UNITS, unit = (lane + 32 * i) % UNITS;
                const bool present = first + k < inputs;
                const W *from = weights + static_cast<long long>(present ? first + k : 0) * PANEL + unit * (16 / static_cast<int>(sizeof(W)));
                copy_async16(tile(round) + place(k, unit), from, present);
            }
        }
        copy_async_commit();
    }
};

// A product of few rows: y = act(norm(x)·Wᵀ·scale + bias + residual).
template <typename X, typename W, typename Y> struct FewRows {
    PlainRows<X> x;
    const W *panels;
    Result<Y> result;
    int width, norm;              // outputs of a block; how rows are normalised
    const float *gamma, *beta;
    float epsilon;

    // In the order of the kernels' parameters.
    __device__ __forceinline__ FewRows(const X *x, const float *gamma, const float *beta, const W *panels, const float *scales, const float *bias,
                                       const Y *residual, Y *y, int rows, int inputs, int outputs, int width, int x_stride, int residual_stride,
                                       int y_stride, int norm, float epsilon, int activation)
        : x(x, rows, inputs, x_stride), panels(panels), result{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation},
          width(width), norm(norm), gamma(gamma), beta(beta), epsilon(epsilon) {}
};

// The outputs of one block. Chunk: what a warp does with a chunk: loads its share of the rows when made, multiplies when the weights are there.
// Weights are on their way before `ready` is called, which returns when rows and residual can be read and the result can be written.
template <class Chunk, int WIDTH, typename X, typename W, typename Y, class Ready>
__device__ __forceinline__ void few_rows(const FewRows<X, W, Y> &p, int block, Ready ready) {
    typedef Ring<W, WIDTH> Ring;
    DYNAMIC_SHARED(unsigned char, shared);
    const PlainRows<X> &x = p.x;
    const int warp = threadIdx.x >> 5, first_output = block * WIDTH, chunks = (x.inputs + CHUNK - 1) / CHUNK;
    // [2][warps][rows][outputs]: a round's partial sums are still being read while the next ones are written.
    float *partials = reinterpret_cast<float *>(shared + RING_WARPS * RING_BYTES);
    Moments *moment = reinterpret_cast<Moments *>(partials + 2 * RING_WARPS * FEW_SUMS);
    const Ring ring = {shared + warp * RING_BYTES, weights_of(p.panels, x.inputs, first_output), x.inputs};
#pragma unroll
    for (int i = 0; i < Ring::STAGES; i++) ring.fetch(i, warp + RING_WARPS * i);
    ready();
    if (p.norm) {
        for (int row = warp; row < x.rows; row += RING_WARPS) {
            const Moments m = moments(x, x.row(row), p.norm, p.epsilon);
            if ((threadIdx.x & 31) == 0) moment[row] = m;
        }
        __syncthreads();
    }
    const NormalRows<X> rows = {x, p.norm, p.gamma, p.beta, moment};
    const int row = threadIdx.x / WIDTH, output = first_output + threadIdx.x % WIDTH;
    float sum = 0.f;
    for (int round = 0; round * RING_WARPS < chunks; round++) {
        const int chunk = round * RING_WARPS + warp;
        float *partial = partials + (round & 1) * RING_WARPS * FEW_SUMS;
        if (chunk < chunks) {
            Chunk work(rows, chunk);
            copy_async_wait<Ring::STAGES - 1>();
            __syncwarp();
            work.multiply(ring.tile(round), partial + warp * FEW_SUMS);
        } else {
            copy_async_wait<Ring::STAGES - 1>();
        }
        __syncwarp();
        ring.fetch(round, chunk + RING_WARPS * Ring::STAGES);
        __syncthreads();
        if (row < x.rows) {
#pragma unroll
            for (int i = 0; i < RING_WARPS; i++) {
                if (round * RING_WARPS + i < chunks) sum += partial[i * FEW_SUMS + threadIdx.x];
            }
        }
    }
    if (row < x.rows && output < p.result.outputs) p.result.put(row, output, sum);
}
