// Rows of tables by number.
#include "table.cuh"

template <typename T, typename Y>
__device__ __forceinline__ void gather(const T *table, const int *ids, Y *y, int count, int channels, int rows, int *trouble, int node) {
    const unsigned quads = (channels + 3) / 4, i = blockIdx.x * 256u + threadIdx.x, row = i / quads;
    if (row >= static_cast<unsigned>(count)) return;
    const int channel = 4 * (i - row * quads);
    const T *from = table + checked(ids[row], rows, channel == 0, trouble, node) * channels + channel;
    Y *to = y + static_cast<long long>(row) * channels + channel;
    if (by_four(table, channels) && by_four(y, channels)) store4(to, load4(from));
    else for (int c = 0; c < 4 && channel + c < channels; c++) store(to + c, load(from + c));
}

extern "C" __global__ void __launch_bounds__(256) gather_f32_f32(
        const float *table,  // [rows, channels]
        const int *ids,      // [count]
        float *y,            // [count, channels]
        int count,           // of ids; the grid covers a quarter of the channels of each
        int channels,        // of a row
        int rows,            // of the table
        int *trouble,        // where a number outside the table is reported
        int node) {          // number of the operation
    gather(table, ids, y, count, channels, rows, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) gather_f32_bf16(  // as gather_f32_f32
        const bf16 *table, const int *ids, float *y, int count, int channels, int rows, int *trouble, int node) {
    gather(table, ids, y, count, channels, rows, trouble, node);
}
