// A tile of 64 rows by 64 outputs in float32, by 128 threads: each owns 8 rows by 4 outputs in registers, the sums and the current chunk's partial
// sums. Inputs pass through shared memory in steps of 16, the next step being loaded while the last one is multiplied.
#pragma once
#include "products.cuh"

template <typename W> struct FmaTile {
    static constexpr int ROWS = 64, OUTPUTS = 64, THREADS = 128, DEPTH = 16;
    static constexpr int PITCH = ROWS + 4;  // of an input's column of rows: keeps 16-byte alignment

    struct Step {
        float x[DEPTH][PITCH];
        float w[DEPTH][OUTPUTS];
    };

    static constexpr int SHARED = 2 * sizeof(Step);
    static_assert(SHARED >= ROWS * OUTPUTS * 4, "the sums pass through the same memory");

    // What one thread carries from global to shared memory: four inputs of two rows, eight outputs of one input.
    struct Load {
        float4 x[2];
        float w[8];
    };

    template <class Rows>
    static __device__ __forceinline__ void fetch(Load &load, const Rows &rows, const typename Rows::Row (&row)[2], const W *weights, int inputs, int k) {
        const int input = k + threadIdx.x / 8;
#pragma unroll
        for (int i = 0; i < 2; i++) load.x[i] = rows.four(row[i], k + threadIdx.x % 4 * 4);
        if (input < inputs) {
            load_eight(weights + static_cast<long long>(input) * PANEL + threadIdx.x % 8 * 8, load.w);
        } else {
#pragma unroll
            for (int i = 0; i < 8; i++) load.w[i] = 0.f;
        }
    }

    static __device__ __forceinline__ void keep(Step &step, const Load &load) {
        const int k = threadIdx.x % 4 * 4, row = threadIdx.x / 4;
#pragma unroll
        for (int i = 0; i < 2; i++) {
            step.x[k][row + 32 * i] = load.x[i].x, step.x[k + 1][row + 32 * i] = load.x[i].y;
            step.x[k + 2][row + 32 * i] = load.x[i].z, step.x[k + 3][row + 32 * i] = load.x[i].w;
        }
        float *w = &step.w[threadIdx.x / 8][threadIdx.x % 8 * 8];
        store4(w, make_float4(load.w[0], load.w[1], load.w[2], load.w[3]));
        store4(w + 4, make_float4(load.w[4], load.w[5], load.w[6], load.w[7]));
    }

    static __device__ __forceinline__ void multiply(const Step &step, float (&partial)[8][4]) {
        const int row = threadIdx.x / 16 * 8, output = threadIdx.x % 16 * 4;
#pragma unroll
        for (int k = 0; k < DEPTH; k++) {
            const float4 a = load4(&step.x[k][row]), b = load4(&step.x[k][row + 4]), w = load4(&step.w[k][output]);
            const float x[8] = {a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w};
#pragma unroll
            for (int i = 0; i < 8; i++) {
                partial[i][0] = fmaf(x[i], w.x, partial[i][0]), partial[i][1] = fmaf(x[i], w.y, partial[i][1]);
                partial[i][2] = fmaf(x[i], w.z, partial[i][2]), partial[i][3] = fmaf(x[i], w.w, partial[i][3]);
            }
        }
    }

    // Adds the partial sums to the sums and begins new ones.
    static __device__ __forceinline__ void close_chunk(float (&sums)[8][4], float (&partial)[8][4]) {
#pragma unroll
        for (int i = 0; i < 8; i++) {
#pragma unroll
            for (int j = 0; j < 4; j++) sums[i][j] += partial[i][j], partial[i][j] = 0.f;
        }
    }

    // Blocks that share rows are neighbours: x is read once, while the weights stay in the cache.
    template <class Rows, class Result>
    static __device__ __forceinline__ void run(unsigned char *shared, const Rows &rows, const W *panels, int inputs, const Result &result) {
        Step *steps = reinterpret_cast<Step *>(shared);
        float *laid_out = reinterpret_cast<float *>(shared);
        const int tiles = (result.outputs + OUTPUTS - 1) / OUTPUTS, first_row = static_cast<int>(blockIdx.x / tiles) * ROWS;
        const int first_output = static_cast<int>(blockIdx.x % tiles) * OUTPUTS;
        const W *weights = weights_of(panels, inputs, first_output);
        const typename Rows::Row row[2] = {rows.row(first_row + threadIdx.x / 4), rows.row(first_row + threadIdx.x / 4 + 32)};
        const bool busy = first_row + threadIdx.x / 16 * 8 < result.rows && first_output + threadIdx.x % 16 * 4 < result.outputs;
        float sums[8][4] = {}, partial[8][4] = {};
        Load load;
        fetch(load, rows, row, weights, inputs, 0);
        for (int k = 0, i = 0; k < inputs; k += DEPTH, i++) {
            Step &step = steps[i & 1];
            keep(step, load);
            __syncthreads();
            if (k + DEPTH < inputs) fetch(load, rows, row, weights, inputs, k + DEPTH);
            if (busy) multiply(step, partial);
            if ((k + DEPTH) % CHUNK == 0 || k + DEPTH >= inputs) close_chunk(sums, partial);
        }
        __syncthreads();
#pragma unroll
        for (int i = 0; i < 8; i++) {
            store4(laid_out + (threadIdx.x / 16 * 8 + i) * OUTPUTS + threadIdx.x % 16 * 4, make_float4(sums[i][0], sums[i][1], sums[i][2], sums[i][3]));
        }
        __syncthreads();
        put_tile<ROWS, OUTPUTS, THREADS>(laid_out, OUTPUTS, result, first_row, first_output);
    }
};
