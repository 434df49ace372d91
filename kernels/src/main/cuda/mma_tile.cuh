// A tile of rows by outputs on tensor cores: bf16 rows, weights of any type as bf16 (float32 rounded, int8 exact), float32 sums.
//
// Chunks of 64 inputs pass through a ring of stages in shared memory, rows and bf16 weights by asynchronous copies, other weights through
// registers, loaded one chunk before they are converted and stored. A stage's rows are 128 bytes, [row][64] and [input][64 outputs]; unit u of
// row r lies at u ^ r % 8, so that eight rows of a matrix load hit eight bank groups. The partial sums of a chunk have registers of their own:
// the rule of products.cuh needs them.
#pragma once
#include "products.cuh"

template <typename W, int ROWS, int OUTPUTS, int WARP_ROWS, int WARP_OUTPUTS, int STAGES> struct MmaTile {
    static constexpr int THREADS = ROWS / WARP_ROWS * (OUTPUTS / WARP_OUTPUTS) * 32;
    static constexpr int STAGE = (ROWS + OUTPUTS) * CHUNK * 2, PITCH = OUTPUTS + 8;  // bytes; floats of a row of sums
    static constexpr int SHARED = STAGES * STAGE;
    static_assert(SHARED >= ROWS * PITCH * 4, "the sums pass through the same memory");
    static constexpr int LOADS = ROWS * 8 / THREADS;  // 16-byte units of rows that a thread copies of a chunk
    static constexpr bool COPIED = sizeof(W) == 2;
    static constexpr int PER_UNIT = 16 / sizeof(W), UNITS = PANEL / PER_UNIT;        // of weights
    static constexpr int WEIGHT_LOADS = CHUNK * UNITS * (OUTPUTS / PANEL) / THREADS;
    static constexpr int M = WARP_ROWS / 16, N = WARP_OUTPUTS / 8;

    static __device__ __forceinline__ int place(int row, int unit) { return 16 * (row * 8 + (unit ^ (row & 7))); }

    struct Weights {
        const W *panels;  // of the tile's first output
        int inputs, count;  // count: panels that exist from there on

        // The unit number i of this thread in a chunk; null: zeros.
        __device__ __forceinline__ const W *unit(int chunk, int i) const {
            const int index = threadIdx.x + THREADS * i, k = chunk * CHUNK + index / UNITS % CHUNK, panel = index / (UNITS * CHUNK);
            if (k >= inputs || panel >= count) return nullptr;
            return panels + (static_cast<long long>(panel) * inputs + k) * PANEL + index % UNITS * PER_UNIT;
        }
    };

    static __device__ __forceinline__ void copy_weights(unsigned char *to, const Weights &weights, int chunk) {
#pragma unroll
        for (int i = 0; i < WEIGHT_LOADS; i++) {
            const int index = threadIdx.x + THREADS * i;
            const W *from = weights.unit(chunk, i);
            copy_async16(to + place(index / UNITS, index % UNITS), from ? from : weights.panels, from != nullptr);
        }
    }

    static __device__ __forceinline__ void load_weights(uint4 (&carried)[WEIGHT_LOADS], const Weights &weights, int chunk) {
#pragma unroll
        for (int i = 0; i < WEIGHT_LOADS; i++) {
            const W *from = weights.unit(chunk, i);
            carried[i] = from ? *reinterpret_cast<const uint4 *>(from) : make_uint4(0, 0, 0, 0);
        }
    }

    static __device__ __forceinline__ void keep_weights(unsigned char *to, const uint4 (&carried)[WEIGHT_LOADS]) {
#pragma unroll
        for (int i = 0; i < WEIGHT_LOADS; i++) {
            const int index = threadIdx.x + THREADS * i, row = index / UNITS, unit = index % UNITS;
            const uint4 v = carried[i];
            if constexpr (sizeof(W) == 1) {
                *reinterpret_cast<uint4 *>(to + place(row, 2 * unit)) = make_uint4(
                        widened_pair(v.x, 0, 1), widened_pair(v.x, 2, 3), widened_pair(v.y, 0, 1), widened_pair(v.y, 2, 3));
                *reinterpret_cast<uint4 *>(to + place(row, 2 * unit + 1)) = make_uint4(
                        widened_pair(v.z, 0, 1), widened_pair(v.z, 2, 3), widened_pair(v.w, 0, 1), widened_pair(v.w, 2, 3));
            } else {
                *reinterpret_cast<uint2 *>(to + place(row, unit / 2) + unit % 2 * 8) =
                        make_uint2(bf16_pair(__uint_as_float(v.x), __uint_as_float(v.y)), bf16_pair(__uint_as_float(v.z), __uint_as_float(v.w)));
            }
        }
    }

    template <class Rows>
    static __device__ __forceinline__ void copy_rows(unsigned char *to, const Rows &rows, const typename Rows::Row (&row)[LOADS], int chunk) {
        const int unit = threadIdx.x % 8, k = chunk * CHUNK + unit * 8;
#pragma unroll
        for (int i = 0; i < LOADS; i++) {
            unsigned char *here = to + place(threadIdx.x / 8 + THREADS / 8 * i, unit);
            if (rows.eights) {
                const bf16 *from = rows.eight(row[i], k);
                copy_async16(here, from ? from : rows.x, from != nullptr);
            } else {
                *reinterpret_cast<uint4 *>(here) = gathered_eight(rows, row[i], k);
            }
        }
    }

    static __device__ __forceinline__ int warp_row() { return (threadIdx.x >> 5) / (OUTPUTS / WARP_OUTPUTS) * WARP_ROWS; }
    static __device__ __forceinline__ int warp_output() { return (threadIdx.x >> 5) % (OUTPUTS / WARP_OUTPUTS) * WARP_OUTPUTS; }

    // Adds a chunk's products to its partial sums; `steps` of 16 inputs exist.
    static __device__ __forceinline__ void multiply(float (&partial)[M][N][4], const unsigned char *rows, const unsigned char *weights, int steps) {
        const int lane = threadIdx.x & 31, row = warp_row() + lane % 16, output = warp_output();
#pragma unroll
        for (int step = 0; step < CHUNK / 16; step++) {
            if (step >= steps) break;
            uint32_t a[M][4];
#pragma unroll
            for (int m = 0; m < M; m++) load_matrix4(a[m], rows + place(row + 16 * m, 2 * step + lane / 16));
#pragma unroll
            for (int n = 0; n < N; n += 2) {
                const int column = output + 8 * n;
                uint32_t b[4];
                load_matrix4_transposed(b, weights + place(column / PANEL * CHUNK + 16 * step + lane % 16, column % PANEL / 8 + lane / 16));
                const uint32_t first[2] = {b[0], b[1]}, second[2] = {b[2], b[3]};
#pragma unroll
                for (int m = 0; m < M; m++) multiply_add(partial[m][n], a[m], first), multiply_add(partial[m][n + 1], a[m], second);
            }
        }
    }

    static __device__ __forceinline__ void close_chunk(float (&sums)[M][N][4], float (&partial)[M][N][4]) {
#pragma unroll
        for (int m = 0; m < M; m++) {
#pragma unroll
            for (int n = 0; n < N; n++) {
#pragma unroll
                for (int i = 0; i < 4; i++) sums[m][n][i] += partial[m][n][i], partial[m][n][i] = 0.f;
            }
        }
    }

    static __device__ __forceinline__ void lay_out(float *shared, const float (&sums)[M][N][4]) {
        const int lane = threadIdx.x & 31, row = warp_row() + lane / 4, output = warp_output() + lane % 4 * 2;
#pragma unroll
        for (int m = 0; m < M; m++) {
#pragma unroll
            for (int n = 0; n < N; n++) {
                float *upper = shared + (row + 16 * m) * PITCH + output + 8 * n;
                *reinterpret_cast<float2 *>(upper) = make_float2(sums[m][n][0], sums[m][n][1]);
                *reinterpret_cast<float2 *>(upper + 8 * PITCH) = make_float2(sums[m][n][2], sums[m][n][3]);
            }
        }
    }

    // Blocks that share rows are neighbours: x is read once, while the weights stay in the cache.
    template <class Rows, class Result>
    static __device__ __forceinline__ void run(unsigned char *shared, const Rows &rows, const W *panels, int inputs, const Result &result) {
        const int tiles = (result.outputs + OUTPUTS - 1) / OUTPUTS, chunks = (inputs + CHUNK - 1) / CHUNK;
        const int first_row = static_cast<int>(blockIdx.x / tiles) * ROWS, first_output = static_cast<int>(blockIdx.x % tiles) * OUTPUTS;
        const Weights weights = {weights_of(panels, inputs, first_output), inputs, (result.outputs - first_output + PANEL - 1) / PANEL};
        typename Rows::Row row[LOADS];
#pragma unroll
        for (int i = 0; i < LOADS; i++) row[i] = rows.row(first_row + threadIdx.x / 8 + THREADS / 8 * i);
        const bool busy = first_row + warp_row() < result.rows && first_output + warp_output() < result.outputs;
        uint4 carried[WEIGHT_LOADS];
        float sums[M][N][4] = {}, partial[M][N][4] = {};
        if constexpr (!COPIED) load_weights(carried, weights, 0);
        for (int next = 0; next < chunks + STAGES - 1; next++) {
            const int chunk = next - (STAGES - 1);
            if (chunk >= 0) {
                copy_async_wait<STAGES - 2>();
                __syncthreads();
            }
            if (next < chunks) {
                unsigned char *stage = shared + next % STAGES * STAGE;
                copy_rows(stage, rows, row, next);
                if constexpr (COPIED) copy_weights(stage + ROWS * CHUNK * 2, weights, next);
                else keep_weights(stage + ROWS * CHUNK * 2, carried), load_weights(carried, weights, next + 1);
            }
            copy_async_commit();
            if (chunk >= 0 && busy) {
                const unsigned char *stage = shared + chunk % STAGES * STAGE;
                multiply(partial, stage, stage + ROWS * CHUNK * 2, (inputs - chunk * CHUNK + 15) / 16);
                close_chunk(sums, partial);
            }
        }
        copy_async_wait<0>();
        __syncthreads();
        lay_out(reinterpret_cast<float *>(shared), sums);
        __syncthreads();
        put_tile<ROWS, OUTPUTS, THREADS>(reinterpret_cast<float *>(shared), PITCH, result, first_row, first_output);
    }
};
