// Rows of tables by number, and numbers of rows by content. A number outside its table is reported, and the nearest row taken.
#include "numbers.cuh"

__device__ __forceinline__ long long checked(int id, int rows, bool reports, int *trouble, int node) {
    if (id >= 0 && id < rows) return id;
    if (reports) report(trouble, node, id);
    return id < 0 ? 0 : rows - 1;
}

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

// All rows are on their way before the first is added. Sums follow the order of the tables; more than eight take several launches, each of which
// goes on from the sums in y.
template <typename T, typename Y>
__device__ __forceinline__ void sum_rows(const T *const (&tables)[8], const int *ids, Y *y, int frames, int channels, int rows, int codebooks, int first,
                                         int count, int *trouble, int node) {
    const unsigned quads = (channels + 3) / 4, i = blockIdx.x * 256u + threadIdx.x, frame = i / quads;
    if (frame >= static_cast<unsigned>(frames)) return;
    const int channel = 4 * (i - frame * quads);
    bool vectors = by_four(y, channels);
    long long from[8];
#pragma unroll
    for (int k = 0; k < 8; k++) {
        if (k >= count) continue;
        vectors = vectors && by_four(tables[k], channels);
        from[k] = checked(ids[static_cast<long long>(frame) * codebooks + first + k], rows, channel == 0, trouble, node) * channels + channel;
    }
    Y *to = y + static_cast<long long>(frame) * channels + channel;
    if (vectors) {
        float4 sum = first > 0 ? load4(to) : make_float4(0.f, 0.f, 0.f, 0.f);
#pragma unroll
        for (int k = 0; k < 8; k++) {
            if (k >= count) continue;
            const float4 row = load4(tables[k] + from[k]);
            sum = make_float4(sum.x + row.x, sum.y + row.y, sum.z + row.z, sum.w + row.w);
        }
        store4(to, sum);
        return;
    }
    for (int c = 0; c < 4 && channel + c < channels; c++) {
        float sum = first > 0 ? load(to + c) : 0.f;
#pragma unroll
        for (int k = 0; k < 8; k++) if (k < count) sum += load(tables[k] + from[k] + c);
        store(to + c, sum);
    }
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

extern "C" __global__ void __launch_bounds__(256) gather_bf16_f32(  // as gather_f32_f32
        const float *table, const int *ids, bf16 *y, int count, int channels, int rows, int *trouble, int node) {
    gather(table, ids, y, count, channels, rows, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) gather_bf16_bf16(  // as gather_f32_f32
        const bf16 *table, const int *ids, bf16 *y, int count, int channels, int rows, int *trouble, int node) {
    gather(table, ids, y, count, channels, rows, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) embedding_sum_f32_f32(
        const float *t0,  // [rows, channels], and so are the others, as far as there are any
        const float *t1, const float *t2, const float *t3, const float *t4, const float *t5, const float *t6, const float *t7,
        const int *ids,  // [frames, codebooks]
        float *y,        // [frames, channels]
        int frames,      // the grid covers a quarter of the channels of each
        int channels,    // of a row
        int rows,        // of a table
        int codebooks,   // numbers a frame
        int first,       // codebook of t0; above 0, the sums go on from those in y
        int count,       // of tables
        int *trouble,    // where a number outside its table is reported
        int node) {      // number of the operation
    const float *const tables[8] = {t0, t1, t2, t3, t4, t5, t6, t7};
    sum_rows(tables, ids, y, frames, channels, rows, codebooks, first, count, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) embedding_sum_f32_bf16(  // as embedding_sum_f32_f32
        const bf16 *t0, const bf16 *t1, const bf16 *t2, const bf16 *t3, const bf16 *t4, const bf16 *t5, const bf16 *t6, const bf16 *t7,
        const int *ids, float *y, int frames, int channels, int rows, int codebooks, int first, int count, int *trouble, int node) {
    const bf16 *const tables[8] = {t0, t1, t2, t3, t4, t5, t6, t7};
    sum_rows(tables, ids, y, frames, channels, rows, codebooks, first, count, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) embedding_sum_bf16_f32(  // as embedding_sum_f32_f32
        const float *t0, const float *t1, const float *t2, const float *t3, const float *t4, const float *t5, const float *t6, const float *t7,
        const int *ids, bf16 *y, int frames, int channels, int rows, int codebooks, int first, int count, int *trouble, int node) {
    const float *const tables[8] = {t0, t1, t2, t3, t4, t5, t6, t7};
    sum_rows(tables, ids, y, frames, channels, rows, codebooks, first, count, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) embedding_sum_bf16_bf16(  // as embedding_sum_f32_f32
        const bf16 *t0, const bf16 *t1, const bf16 *t2, const bf16 *t3, const bf16 *t4, const bf16 *t5, const bf16 *t6, const bf16 *t7,
        const int *ids, bf16 *y, int frames, int channels, int rows, int codebooks, int first, int count, int *trouble, int node) {
    const bf16 *const tables[8] = {t0, t1, t2, t3, t4, t5, t6, t7};
    sum_rows(tables, ids, y, frames, channels, rows, codebooks, first, count, trouble, node);
}
