// Mean and squared deviations of groups of channels over many rows. Never a sum of squares less a squared sum: moments of parts are joined
// (Chan, Golub and LeVeque 1979), so that a mean of any size cancels nothing. Fixed order.
#pragma once
#include "columns.cuh"

struct Moments {
    float count, mean, squares;
};

template <int N> __device__ __forceinline__ void join(Moments &m, const float (&v)[N]) {
    float sum = 0.f, squares = 0.f;
#pragma unroll
    for (int i = 0; i < N; i++) sum += v[i];
    const float mean = sum * (1.f / N);
#pragma unroll
    for (int i = 0; i < N; i++) squares += (v[i] - mean) * (v[i] - mean);
    const float distance = mean - m.mean, share = N / (m.count + N);
    m.squares += squares + distance * distance * m.count * share;
    m.mean += distance * share;
    m.count += N;
}

// Four channels of a row in the same order whether they can be moved at once or not, so that sums have the same bits.
template <int WIDTH, typename T> __device__ __forceinline__ void load_summands(const T *p, bool aligned, float *v) {
    if (aligned || WIDTH == 1) {
        load_piece<WIDTH>(p, v);
    } else {
#pragma unroll
        for (int i = 0; i < WIDTH; i++) v[i] = load(p + i);
    }
}

// One thread's share of rows from..to: its piece of each row that it meets, or pieces where a row has more of them than the block threads.
template <int WIDTH, typename T>
__device__ __forceinline__ Moments thread_moments(const T *x, int stride, int pieces, Layout at, int from, int to) {
    Moments m = {0.f, 0.f, 0.f};
    if (at.row >= at.down) return m;
    const bool aligned = WIDTH == 4 && by_four(x, stride);
#pragma unroll 1
    for (int piece = at.column; piece < pieces; piece += at.across) {
        const T *in = x + piece * WIDTH;
        int row = from + at.row;
#pragma unroll 1
        for (; row + (ROWS_IN_FLIGHT - 1) * at.down < to; row += ROWS_IN_FLIGHT * at.down) {
            float v[ROWS_IN_FLIGHT * WIDTH];
#pragma unroll
            for (int i = 0; i < ROWS_IN_FLIGHT; i++) load_summands<WIDTH>(in + static_cast<long long>(row + i * at.down) * stride, aligned, v + i * WIDTH);
            join(m, v);
        }
#pragma unroll 1
        for (; row < to; row += at.down) {
            float v[WIDTH];
            load_summands<WIDTH>(in + static_cast<long long>(row) * stride, aligned, v);
            join(m, v);
        }
    }
    return m;
}

// The moments of all that get(j), j < entries, gives, in every lane: the sum of distances from an origin near the mean, then the squares about it.
template <typename Get> __device__ __forceinline__ Moments warp_moments(int entries, float origin, Get get) {
    const int lane = threadIdx.x & 31;
    float count = 0.f, sum = 0.f, squares = 0.f;
    for (int j = lane; j < entries; j += 32) {
        const Moments m = get(j);
        count += m.count;
        sum += m.count * (m.mean - origin);
    }
    count = warp_sum(count);
    const float mean = warp_sum(sum) / count + origin;
    for (int j = lane; j < entries; j += 32) {
        const Moments m = get(j);
        squares += m.squares + m.count * (m.mean - mean) * (m.mean - mean);
    }
    return {count, mean, warp_sum(squares)};
}

// The moments of each group of a tile over rows from..to, given to one lane by take(group of the tile, moments). A tile of more pieces than
// threads is one group. Ends with a barrier.
template <int THREADS, typename T, typename Take>
__device__ __forceinline__ void tile_moments(const T *x, int stride, int size, int groups, int from, int to, Take take) {
    __shared__ float count[THREADS], mean[THREADS], squares[THREADS];
    const bool narrow = size & 3;
    const int each = narrow ? size : size / 4, pieces = each * groups;
    const Layout at = layout<THREADS>(pieces);
    const Moments own = narrow ? thread_moments<1>(x, stride, pieces, at, from, to) : thread_moments<4>(x, stride, pieces, at, from, to);
    count[threadIdx.x] = own.count, mean[threadIdx.x] = own.mean, squares[threadIdx.x] = own.squares;
    __syncthreads();
    const int across = groups == 1 ? at.across : each;
    for (int group = threadIdx.x / 32; group < groups; group += THREADS / 32) {
        const int first = group * across;
        const Moments m = warp_moments(across * at.down, mean[first], [&](int j) {
            const int row = j / across, entry = first + row * at.across + j - row * across;
            return Moments{count[entry], mean[entry], squares[entry]};
        });
        if ((threadIdx.x & 31) == 0) take(group, m);
    }
    __syncthreads();
}
