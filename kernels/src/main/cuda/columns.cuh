// Work on [rows, channels] whose numbers depend on the channel. A thread keeps to its channels, a piece of WIDTH neighbours (4 or 1), holds what
// belongs to them in registers and walks down the rows, four of them on their way at a time: that many bytes in flight feed the memory.
#pragma once
#include "numbers.cuh"

constexpr int ROWS_IN_FLIGHT = 4;

// WIDTH neighbours; 4 of them lie on a boundary of four.
template <int WIDTH, typename T> __device__ __forceinline__ void load_piece(const T *p, float *v) {
    if constexpr (WIDTH == 4) {
        const float4 four = load4(p);
        v[0] = four.x, v[1] = four.y, v[2] = four.z, v[3] = four.w;
    } else {
        v[0] = load(p);
    }
}

template <int WIDTH, typename T> __device__ __forceinline__ void store_piece(T *p, const float *v) {
    if constexpr (WIDTH == 4) store4(p, make_float4(v[0], v[1], v[2], v[3]));
    else store(p, v[0]);
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
template <int THREADS, int WIDTH, int FLIGHT, typename T, typename Make>
__device__ __forceinline__ void map_columns(const T *x, int x_stride, T *y, int y_stride, int channels, int from, int to, Make make) {
    const int pieces = channels / WIDTH;
    const Layout at = layout<THREADS>(pieces);
    if (at.row >= at.down) return;
#pragma unroll 1
    for (int piece = at.column; piece < pieces; piece += at.across) {
        decltype(make(0)) f[WIDTH];
#pragma unroll
        for (int i = 0; i < WIDTH; i++) f[i] = make(piece * WIDTH + i);
        const T *in = x + piece * WIDTH;
        T *out = y + piece * WIDTH;
        int row = from + at.row;
        if constexpr (FLIGHT > 1) {
            // Loads of several rows before the first store: the compiler must take x and y for the same memory and would not move them itself.
#pragma unroll 1
            for (; row + (FLIGHT - 1) * at.down < to; row += FLIGHT * at.down) {
                float v[FLIGHT][WIDTH];
#pragma unroll
                for (int i = 0; i < FLIGHT; i++) load_piece<WIDTH>(in + static_cast<long long>(row + i * at.down) * x_stride, v[i]);
#pragma unroll
                for (int i = 0; i < FLIGHT; i++) {
#pragma unroll
                    for (int j = 0; j < WIDTH; j++) v[i][j] = f[j](v[i][j]);
                    store_piece<WIDTH>(out + static_cast<long long>(row + i * at.down) * y_stride, v[i]);
                }
            }
        }
#pragma unroll 1
        for (; row < to; row += at.down) {
            float v[WIDTH];
            load_piece<WIDTH>(in + static_cast<long long>(row) * x_stride, v);
#pragma unroll
            for (int j = 0; j < WIDTH; j++) v[j] = f[j](v[j]);
            store_piece<WIDTH>(out + static_cast<long long>(row) * y_stride, v);
        }
    }
}

// The same with pieces as wide as the channels and where they lie allow. The numbers do not depend on it.
template <int THREADS, typename T, typename Make>
__device__ __forceinline__ void map_columns(const T *x, int x_stride, T *y, int y_stride, int channels, int from, int to, Make make) {
    if ((channels & 3) == 0 && by_four(x, x_stride) && by_four(y, y_stride)) {
        map_columns<THREADS, 4, ROWS_IN_FLIGHT>(x, x_stride, y, y_stride, channels, from, to, make);
    } else {
        map_columns<THREADS, 1, ROWS_IN_FLIGHT>(x, x_stride, y, y_stride, channels, from, to, make);
    }
}
