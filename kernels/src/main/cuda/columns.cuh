// Work on [rows, channels] whose numbers depend on the channel. A thread keeps to its channels, a piece of WIDTH neighbours (4 or 1), holds what
// belongs to them in registers and walks down the rows, four of them on their way at a time: that many bytes in flight feed the memory.
#pragma once
#include "numbers.cuh"

constexpr int ROWS_IN_FLIGHT = 4;

// A piece gives the same numbers whether it is moved at once (aligned) or one by one.
template <int WIDTH, typename T> __device__ __forceinline__ void load_piece(const T *p, bool aligned, float *v) {
    if constexpr (WIDTH == 4) {
        if (aligned) {
            const float4 four = load4(p);
            v[0] = four.x, v[1] = four.y, v[2] = four.z, v[3] = four.w;
            return;
        }
    }
#pragma unroll
    for (int i = 0; i < WIDTH; i++) v[i] = load(p + i);
}

template <int WIDTH, typename T> __device__ __forceinline__ void store_piece(T *p, bool aligned, const float *v) {
    if constexpr (WIDTH == 4) {
        if (aligned) {
            store4(p, make_float4(v[0], v[1], v[2], v[3]));
            return;
        }
    }
#pragma unroll
    for (int i = 0; i < WIDTH; i++) store(p + i, v[i]);
}

// How the threads of a block lie over the pieces of a row: `across` side by side, `down` rows at once, the rest idle.
struct Layout {
    int across, down, column, row;
};

template <int THREADS> __device__ __forceinline__ Layout layout(int pieces) {
    const int across = pieces < THREADS ? pieces : THREADS;
    const int row = threadIdx.x / across;
    return {across, THREADS / across, static_cast<int>(threadIdx.x) - row * across, row};
}

// y = f_c(x) for rows from..to of all channels c, where make(c) gives f_c.
template <int THREADS, int WIDTH, typename T, typename Make>
__device__ __forceinline__ void map_columns(const T *x, int x_stride, T *y, int y_stride, int channels, int from, int to, bool aligned, Make make) {
    const int pieces = channels / WIDTH;
    const Layout at = layout<THREADS>(pieces);
    if (at.row >= at.down) return;
    for (int piece = at.column; piece < pieces; piece += at.across) {
        decltype(make(0)) f[WIDTH];
#pragma unroll
        for (int i = 0; i < WIDTH; i++) f[i] = make(piece * WIDTH + i);
        const T *in = x + piece * WIDTH;
        T *out = y + piece * WIDTH;
        int row = from + at.row;
        // Loads of four rows before the first store: the compiler must take x and y for the same memory and would not move them itself.
        for (; row + (ROWS_IN_FLIGHT - 1) * at.down < to; row += ROWS_IN_FLIGHT * at.down) {
            float v[ROWS_IN_FLIGHT][WIDTH];
#pragma unroll
            for (int i = 0; i < ROWS_IN_FLIGHT; i++) load_piece<WIDTH>(in + static_cast<long long>(row + i * at.down) * x_stride, aligned, v[i]);
#pragma unroll
            for (int i = 0; i < ROWS_IN_FLIGHT; i++) {
#pragma unroll
                for (int j = 0; j < WIDTH; j++) v[i][j] = f[j](v[i][j]);
                store_piece<WIDTH>(out + static_cast<long long>(row + i * at.down) * y_stride, aligned, v[i]);
            }
        }
        for (; row < to; row += at.down) {
            float v[WIDTH];
            load_piece<WIDTH>(in + static_cast<long long>(row) * x_stride, aligned, v);
#pragma unroll
            for (int j = 0; j < WIDTH; j++) v[j] = f[j](v[j]);
            store_piece<WIDTH>(out + static_cast<long long>(row) * y_stride, aligned, v);
        }
    }
}

// The same with the widest pieces that the number of channels allows.
template <int THREADS, typename T, typename Make>
__device__ __forceinline__ void map_columns(const T *x, int x_stride, T *y, int y_stride, int channels, int from, int to, Make make) {
    if (channels & 3) {
        map_columns<THREADS, 1>(x, x_stride, y, y_stride, channels, from, to, false, make);
    } else {
        map_columns<THREADS, 4>(x, x_stride, y, y_stride, channels, from, to, by_four(x, x_stride) && by_four(y, y_stride), make);
    }
}
