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

// One thread's share of rows from..to: its piece of each row that it meets, or pieces where a row has more of them than the block threads.
template <int WIDTH, typename T>
__device__ __forceinline__ Moments thread_moments(const T *x, int stride, int pieces, Layout at, int from, int to, bool aligned) {
    Moments m = {0.f, 0.f, 0.f};
    if (at.row >= at.down) return m;
    for (int piece = at.column; piece < pieces; piece += at.across) {
        const T *in = x + piece * WIDTH;
        int row = from + at.row;
        for (; row + (ROWS_IN_FLIGHT - 1) * at.down < to; row += ROWS_IN_FLIGHT * at.down) {
            float v[ROWS_IN_FLIGHT * WIDTH];
#pragma unroll
            for (int i = 0; i < ROWS_IN_FLIGHT; i++) load_piece<WIDTH>(in + static_cast<long long>(row + i * at.down) * stride, aligned, v + i * WIDTH);
            join(m, v);
        }
        for (; row < to; row += at.down) {
            float v[WIDTH];
            load_piece<WIDTH>(in + static_cast<long long>(row) * stride, aligned, v);
            join(m, v);
        }
    }
    return m;
}

// Sums over the warp of count, count·(mean − origin), then of the squares about the mean that follows: the moments of all that get(j), j < entries, gives.
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
// threads is one group.
template <int THREADS, int WIDTH, typename T, typename Take>
__device__ __forceinline__ void tile_moments(const T *x, int stride, int size, int groups, int from, int to, bool aligned, Take take) {
    __shared__ float count[THREADS], mean[THREADS], squares[THREADS];
    const int pieces = size * groups / WIDTH;
    const Layout at = layout<THREADS>(pieces);
    const Moments own = thread_moments<WIDTH>(x, stride, pieces, at, from, to, aligned);
    count[threadIdx.x] = own.count, mean[threadIdx.x] = own.mean, squares[threadIdx.x] = own.squares;
    __syncthreads();
    const int across = groups == 1 ? at.across : size / WIDTH;
    for (int group = threadIdx.x / 32; group < groups; group += THREADS / 32) {
        const int first = group * across;
        const Moments m = warp_moments(across * at.down, mean[first], [&](int j) {
            const int entry = first + j / across * at.across + j % across;
            return Moments{count[entry], mean[entry], squares[entry]};
        });
        if ((threadIdx.x & 31) == 0) take(group, m);
    }
    __syncthreads();
}

template <int THREADS, typename T, typename Take>
__device__ __forceinline__ void tile_moments(const T *x, int stride, int size, int groups, int from, int to, Take take) {
    if (size & 3) tile_moments<THREADS, 1>(x, stride, size, groups, from, to, false, take);
    else tile_moments<THREADS, 4>(x, stride, size, groups, from, to, by_four(x, stride), take);
}
