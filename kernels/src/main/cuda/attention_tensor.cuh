// The steps of attention on tensor cores: what a warp does with a chunk of 64 keys, see attention_tensor.cu.
#pragma once
#include "attention.cuh"

struct Call {
    const bf16 *q, *k, *v;
    const int *position, *keep;
    const float *bias;
    bf16 *y;
    int queries, keys, group, q_stride, k_stride, v_stride, y_stride;
    float scale;
    int causal;
};

template <int ROWS, int SIZE> __device__ __forceinline__ void begin_copy(bf16 *tile, const bf16 *from, int stride, int rows) {
#pragma unroll 2
    for (int i = threadIdx.x; i < ROWS * SIZE / 8; i += 128) {
        const int r = i / (SIZE / 8), c = i % (SIZE / 8) * 8;
        copy_async16(tile + r * (SIZE + 8) + c, r < rows ? from + static_cast<long long>(r) * stride + c : from, r < rows);
    }
}

// What one lane holds of a 16-row tile: of rows lane / 4 and 8 further, columns 2 (lane % 4) and the next of every 8.
template <int SIZE> struct Rows {
    float sum[SIZE / 8][4], greatest[2], weight[2];
};

// s = q·kᵀ: [TILES][8 keys][4]
template <int SIZE, int TILES>
__device__ __forceinline__ void make_scores(float (&s)[TILES][KEYS / 8][4], const bf16 *q, const bf16 *k) {
    constexpr int line = SIZE + 8;
    const int lane = threadIdx.x & 31;
#pragma unroll
    for (int d = 0; d < SIZE; d += 16) {
        uint32_t a[TILES][4];
#pragma unroll
        for (int i = 0; i < TILES; i++) load_matrix4(a[i], q + (16 * i + (lane & 15)) * line + d + (lane >> 4) * 8);
#pragma unroll
        for (int n = 0; n < KEYS; n += 16) {
            uint32_t b[4];
            load_matrix4(b, k + (n + (lane & 7) + (lane >> 4) * 8) * line + d + (lane >> 3 & 1) * 8);
            const uint32_t first[2] = {b[0], b[1]}, second[2] = {b[2], b[3]};
#pragma unroll
            for (int i = 0; i < TILES; i++) {
                multiply_add(s[i][n / 8], a[i], first);
                multiply_add(s[i][n / 8 + 1], a[i], second);
            }
        }
    }
}

// Adds the bias and hides what a query may not see.
__device__ __forceinline__ void mask(float (&s)[KEYS / 8][4], const Call &c, const Sight &seen, int query, int from, float bias_scale) {
    const int lane = threadIdx.x & 31, column = from + 2 * (lane & 3);
#pragma unroll
    for (int half = 0; half < 2; half++) {
        const int row = query + (lane >> 2) + 8 * half, visible = row < c.queries ? seen.visible(row) : 0;
        const float *bias = c.bias ? c.bias + (static_cast<long long>(blockIdx.y) * c.queries + row) * c.keys : nullptr;
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++) {
#pragma unroll
            for (int e = 0; e < 2; e++) {
                const int key = column + 8 * n + e;
                float &x = s[n][2 * half + e];
                if (key >= visible || (c.keep && c.keep[static_cast<long long>(blockIdx.z) * c.keys + key] == 0)) x = NOTHING;
                else if (bias) x = fmaf(bias[key], bias_scale, x);
            }
        }
    }
}

template <int SIZE> __device__ __forceinline__ void fade(Rows<SIZE> &rows, int half, float by) {
    rows.weight[half] *= by;
#pragma unroll
    for (int n = 0; n < SIZE / 8; n++) {
        rows.sum[n][2 * half] *= by;
        rows.sum[n][2 * half + 1] *= by;
    }
}

// Scores to weights, rounded; the sums so far are made relative to the new greatest score.
template <int SIZE> __device__ __forceinline__ void weigh(uint32_t (&p)[KEYS / 8][2], float (&s)[KEYS / 8][4], Rows<SIZE> &rows, float scale) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
        float most = rows.greatest[half];
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++) most = fmaxf(most, fmaxf(s[n][2 * half], s[n][2 * half + 1]));
        most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, 1));
        most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, 2));
        const float base = most == NOTHING ? 0.f : most * scale;  // a row that sees nothing yet has weights 0, not ∞ − ∞
        // After a few chunks greatest scores seldom change; a row whose own does not must not show what others do, so its factor is exactly 1.
        const bool changed = most != rows.greatest[half];
        if (__ballot_sync(0xffffffffu, changed)) fade(rows, half, changed ? exp2_fast((rows.greatest[half] - most) * scale) : 1.f);
        rows.greatest[half] = most;
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++) {
#pragma unroll
            for (int e = 0; e < 2; e++) {
                float &x = s[n][2 * half + e];
                x = exp2_fast(fmaf(x, scale, -base));
                rows.weight[half] += x;
            }
            p[n][half] = bf16_pair(s[n][2 * half], s[n][2 * half + 1]);
        }
    }
}

// sums += weights·v
template <int SIZE, int TILES>
__device__ __forceinline__ void mix(Rows<SIZE> (&rows)[TILES], const uint32_t (&p)[TILES][KEYS / 8][2], const bf16 *v) {
    constexpr int line = SIZE + 8;
    const int lane = threadIdx.x & 31;
#pragma unroll
    for (int n = 0; n < KEYS / 8; n += 2) {
#pragma unroll
        for (int d = 0; d < SIZE; d += 16) {
            uint32_t b[4];
            load_matrix4_transposed(b, v + (8 * n + (lane & 15)) * line + d + (lane >> 4) * 8);
            const uint32_t first[2] = {b[0], b[1]}, second[2] = {b[2], b[3]};
#pragma unroll
            for (int i = 0; i < TILES; i++) {
                const uint32_t a[4] = {p[i][n][0], p[i][n][1], p[i][n + 1][0], p[i][n + 1][1]};
                multiply_add(rows[i].sum[d / 8], a, first);
                multiply_add(rows[i].sum[d / 8 + 1], a, second);
            }
        }
    }
}

// Results through the warp's own rows of shared memory, so that they leave 16 bytes at a time.
template <int SIZE, int TILES> __device__ __forceinline__ void finish(Rows<SIZE> (&rows)[TILES], bf16 *own, bf16 *y, int stride, int count) {
    constexpr int line = SIZE + 8;
    const int lane = threadIdx.x & 31;
    __syncwarp();
#pragma unroll
    for (int i = 0; i < TILES; i++) {
#pragma unroll
        for (int half = 0; half < 2; half++) {
            float weight = rows[i].weight[half];
            weight += __shfl_xor_sync(0xffffffffu, weight, 1);
            weight += __shfl_xor_sync(0xffffffffu, weight, 2);
            const float part = inverse(weight);
            uint32_t *row = reinterpret_cast<uint32_t *>(own + (16 * i + (lane >> 2) + 8 * half) * line + 2 * (lane & 3));
#pragma unroll
            for (int n = 0; n < SIZE / 8; n++) row[4 * n] = bf16_pair(rows[i].sum[n][2 * half] * part, rows[i].sum[n][2 * half + 1] * part);
        }
    }
    __syncwarp();
    for (int i = lane; i < 16 * TILES * SIZE / 8; i += 32) {
        const int r = i / (SIZE / 8), column = i % (SIZE / 8) * 8;
        if (r < count) *reinterpret_cast<uint4 *>(y + static_cast<long long>(r) * stride + column) = *reinterpret_cast<const uint4 *>(own + r * line + column);
    }
}
