// How frames of several codebooks enter a decoder: the sum of one row of each codebook's table, and of a position's.
#include "table.cuh"

// Four channels of the sum of one row a table, from `channel` on. All rows are on their way before the first is added; sums follow the order of the
// tables. Positions (if there are any) are added last, what is in y (if the sums go on) comes first.
template <typename T, typename Y>
__device__ __forceinline__ void sum_rows(const T *const (&tables)[8], const int *ids, const float *positions, Y *y, bool goes_on, int count, int channels,
                                         int rows, int channel, int *trouble, int node) {
    bool vectors = by_four(y, channels) && by_four(positions, channels);
    long long from[8];
#pragma unroll
    for (int k = 0; k < 8; k++) {
        if (k >= count) continue;
        vectors = vectors && by_four(tables[k], channels);
        from[k] = checked(ids[k], rows, channel == 0, trouble, node) * channels + channel;
    }
    if (vectors) {
        float4 sum = goes_on ? load4(y + channel) : make_float4(0.f, 0.f, 0.f, 0.f);
        auto add = [&](float4 row) { sum = make_float4(sum.x + row.x, sum.y + row.y, sum.z + row.z, sum.w + row.w); };
#pragma unroll
        for (int k = 0; k < 8; k++) if (k < count) add(load4(tables[k] + from[k]));
        if (positions) add(load4(positions + channel));
        store4(y + channel, sum);
        return;
    }
    for (int c = 0; c < 4 && channel + c < channels; c++) {
        float sum = goes_on ? load(y + channel + c) : 0.f;
#pragma unroll
        for (int k = 0; k < 8; k++) if (k < count) sum += load(tables[k] + from[k] + c);
        store(y + channel + c, positions ? sum + positions[channel + c] : sum);
    }
}

template <typename T, typename Y>
__device__ __forceinline__ void sum_frames(const T *const (&tables)[8], const int *ids, Y *y, int frames, int channels, int rows, int codebooks, int first,
                                           int count, int *trouble, int node) {
    const unsigned quads = (channels + 3) / 4, i = blockIdx.x * 256u + threadIdx.x, frame = i / quads;
    if (frame >= static_cast<unsigned>(frames)) return;
    sum_rows(tables, ids + static_cast<long long>(frame) * codebooks + first, nullptr, y + static_cast<long long>(frame) * channels, first > 0, count, channels,
             rows, 4 * (i - frame * quads), trouble, node);
}

__device__ __forceinline__ bool inside(const int *position, int most, int *trouble, int node) {
    if (*position >= 0 && *position <= most) return true;
    if (blockIdx.x == 0 && threadIdx.x == 0) report(trouble, node, *position);
    return false;
}

template <typename T, typename Y>
__device__ __forceinline__ void embed_columns(const T *const (&tables)[8], const int *tokens, const int *column, const float *positions, const int *position,
                                              Y *y, int copies, int batch, int frames, int columns, int capacity, int codebooks, int channels, int rows,
                                              int *trouble, int node) {
    const unsigned quads = (channels + 3) / 4, i = blockIdx.x * 256u + threadIdx.x, row = i / quads;
    if (row >= static_cast<unsigned>(copies) * batch * frames) return;
    if (!inside(column, columns - frames, trouble, node) || (positions && !inside(position, capacity - frames, trouble, node))) return;
    const int frame = row % frames, sample = row / frames % batch;
    const int *ids = tokens + (static_cast<long long>(sample) * columns + *column + frame) * codebooks;
    const float *line = positions ? positions + (static_cast<long long>(*position) + frame) * channels : nullptr;
    sum_rows(tables, ids, line, y + static_cast<long long>(row) * channels, false, codebooks, channels, rows, 4 * (i - row * quads), trouble, node);
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
    sum_frames(tables, ids, y, frames, channels, rows, codebooks, first, count, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) embedding_sum_f32_bf16(  // as embedding_sum_f32_f32
        const bf16 *t0, const bf16 *t1, const bf16 *t2, const bf16 *t3, const bf16 *t4, const bf16 *t5, const bf16 *t6, const bf16 *t7,
        const int *ids, float *y, int frames, int channels, int rows, int codebooks, int first, int count, int *trouble, int node) {
    const bf16 *const tables[8] = {t0, t1, t2, t3, t4, t5, t6, t7};
    sum_frames(tables, ids, y, frames, channels, rows, codebooks, first, count, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) embedding_sum_bf16_f32(  // as embedding_sum_f32_f32
        const float *t0, const float *t1, const float *t2, const float *t3, const float *t4, const float *t5, const float *t6, const float *t7,
        const int *ids, bf16 *y, int frames, int channels, int rows, int codebooks, int first, int count, int *trouble, int node) {
    const float *const tables[8] = {t0, t1, t2, t3, t4, t5, t6, t7};
    sum_frames(tables, ids, y, frames, channels, rows, codebooks, first, count, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) embedding_sum_bf16_bf16(  // as embedding_sum_f32_f32
        const bf16 *t0, const bf16 *t1, const bf16 *t2, const bf16 *t3, const bf16 *t4, const bf16 *t5, const bf16 *t6, const bf16 *t7,
        const int *ids, bf16 *y, int frames, int channels, int rows, int codebooks, int first, int count, int *trouble, int node) {
    const bf16 *const tables[8] = {t0, t1, t2, t3, t4, t5, t6, t7};
    sum_frames(tables, ids, y, frames, channels, rows, codebooks, first, count, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) token_embedding_f32_f32(
        const float *t0,  // [rows, channels], and so are the others, as far as there are codebooks
        const float *t1, const float *t2, const float *t3, const float *t4, const float *t5, const float *t6, const float *t7,
        const int *tokens,       // [batch, columns, codebooks]
        const int *column,       // [1]: the first to be embedded
        const float *positions,  // [capacity, channels], or null
        const int *position,     // [1]: that of the first frame, or null
        float *y,                // [copies, batch, frames, channels]; the grid covers a quarter of it
        int copies,              // of the same frames
        int batch,               // samples
        int frames,              // of a sample in y
        int columns,             // of a sample in tokens
        int capacity,            // of the positions
        int codebooks,           // up to 8
        int channels,            // of a row
        int rows,                // of a table
        int *trouble,            // where a token outside its table is reported, or a column or position outside
        int node) {              // number of the operation
    const float *const tables[8] = {t0, t1, t2, t3, t4, t5, t6, t7};
    embed_columns(tables, tokens, column, positions, position, y, copies, batch, frames, columns, capacity, codebooks, channels, rows, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) token_embedding_f32_bf16(  // as token_embedding_f32_f32
        const bf16 *t0, const bf16 *t1, const bf16 *t2, const bf16 *t3, const bf16 *t4, const bf16 *t5, const bf16 *t6, const bf16 *t7,
        const int *tokens, const int *column, const float *positions, const int *position, float *y, int copies, int batch, int frames, int columns,
        int capacity, int codebooks, int channels, int rows, int *trouble, int node) {
    const bf16 *const tables[8] = {t0, t1, t2, t3, t4, t5, t6, t7};
    embed_columns(tables, tokens, column, positions, position, y, copies, batch, frames, columns, capacity, codebooks, channels, rows, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) token_embedding_bf16_f32(  // as token_embedding_f32_f32
        const float *t0, const float *t1, const float *t2, const float *t3, const float *t4, const float *t5, const float *t6, const float *t7,
        const int *tokens, const int *column, const float *positions, const int *position, bf16 *y, int copies, int batch, int frames, int columns,
        int capacity, int codebooks, int channels, int rows, int *trouble, int node) {
    const float *const tables[8] = {t0, t1, t2, t3, t4, t5, t6, t7};
    embed_columns(tables, tokens, column, positions, position, y, copies, batch, frames, columns, capacity, codebooks, channels, rows, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) token_embedding_bf16_bf16(  // as token_embedding_f32_f32
        const bf16 *t0, const bf16 *t1, const bf16 *t2, const bf16 *t3, const bf16 *t4, const bf16 *t5, const bf16 *t6, const bf16 *t7,
        const int *tokens, const int *column, const float *positions, const int *position, bf16 *y, int copies, int batch, int frames, int columns,
        int capacity, int codebooks, int channels, int rows, int *trouble, int node) {
    const bf16 *const tables[8] = {t0, t1, t2, t3, t4, t5, t6, t7};
    embed_columns(tables, tokens, column, positions, position, y, copies, batch, frames, columns, capacity, codebooks, channels, rows, trouble, node);
}
