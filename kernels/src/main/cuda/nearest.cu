// The row of a table that is nearest to each vector: how a residual quantiser chooses codes. A block takes eight vectors, its warps take turns
// at the table's rows, so that each row is read once for eight vectors. Distances are sums of squared differences, not |t|^2 - 2 x t: what
// cancels there would decide between close rows.
#include "numbers.cuh"

template <typename X, typename T> __device__ __forceinline__ void find_nearest(const X *x, const T *table, int *y, int vectors, int rows, int channels) {
    __shared__ float least[8][8];
    __shared__ int where[8][8];
    const int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, first = blockIdx.x * 8;
    const X *from[8];
    float best[8];
    int row[8];
#pragma unroll
    for (int v = 0; v < 8; v++) {
        const int vector = first + v < vectors ? first + v : vectors - 1;
        from[v] = x + static_cast<long long>(vector) * channels;
        best[v] = INFINITY;
        row[v] = 0;
    }
    for (int t = warp; t < rows; t += 8) {
        const T *entry = table + static_cast<long long>(t) * channels;
        float distance[8] = {};
        for (int c = lane; c < channels; c += 32) {
            const float element = load(entry + c);
#pragma unroll
            for (int v = 0; v < 8; v++) {
                const float difference = load(from[v] + c) - element;
                distance[v] = fmaf(difference, difference, distance[v]);
            }
        }
#pragma unroll
        for (int v = 0; v < 8; v++) {
            distance[v] = warp_sum(distance[v]);
            if (distance[v] < best[v]) {
                best[v] = distance[v];
                row[v] = t;
            }
        }
    }
    if (lane == 0) {
#pragma unroll
        for (int v = 0; v < 8; v++) {
            least[warp][v] = best[v];
            where[warp][v] = row[v];
        }
    }
    __syncthreads();
    const int v = threadIdx.x;
    if (v >= 8 || first + v >= vectors) return;
    int chosen = 0;
    for (int w = 1; w < 8; w++) {
        const bool nearer = least[w][v] < least[chosen][v] || (least[w][v] == least[chosen][v] && where[w][v] < where[chosen][v]);
        if (nearer) chosen = w;
    }
    y[first + v] = where[chosen][v];
}

extern "C" __global__ void __launch_bounds__(256) nearest_f32_f32(
        const float *x,      // [vectors, channels]
        const float *table,  // [rows, channels]
        int *y,              // [vectors]: the first of the nearest rows; the grid covers eighths of the vectors
        int vectors,         // of x
        int rows,            // of the table
        int channels) {      // of a row
    find_nearest(x, table, y, vectors, rows, channels);
}

extern "C" __global__ void __launch_bounds__(256) nearest_f32_bf16(  // as nearest_f32_f32
        const float *x, const bf16 *table, int *y, int vectors, int rows, int channels) {
    find_nearest(x, table, y, vectors, rows, channels);
}
