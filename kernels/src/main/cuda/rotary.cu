// Rotary positions: the first channels of every head, in pairs, turned by the angle of the frame's position. One block owns one frame; a thread turns a
// pair, or copies two of the channels behind the turned ones. Cosines and sines come from a table, as a model's own rounding of large angles
// is part of it, and differs from model to model. Floor: one read and one write of x.
#include "numbers.cuh"

template <typename T>
__device__ __forceinline__ void rotary(const T *x, const float *table, const int *position, T *y, int frames, int positions, int heads, int size, int rotated,
                                       int x_stride, int y_stride, int interleaved, int *trouble, int node) {
    const int start = position ? *position : 0, half = rotated / 2, items = half + (size - rotated + 1) / 2;
    const bool inside = start >= 0 && start <= positions - frames;
    if (!inside && blockIdx.x == 0 && threadIdx.x == 0) report(trouble, node, start);
    x += static_cast<long long>(blockIdx.x) * x_stride;
    y += static_cast<long long>(blockIdx.x) * y_stride;
    const float *cosines = table + static_cast<long long>(inside ? start + static_cast<int>(blockIdx.x) % frames : 0) * rotated;
    for (int i = threadIdx.x; i < heads * items; i += 128) {
        const int item = i % items, base = i / items * size, rest = rotated + 2 * (item - half);
        const int first = base + (item >= half ? rest : interleaved ? 2 * item : item), second = item >= half ? first + 1 : interleaved ? first + 1 : first + half;
        const bool pair = item < half || rest + 1 < size;
        const float a = inside ? load(x + first) : 0.f, b = inside && pair ? load(x + second) : 0.f;
        const float cosine = item < half ? cosines[item] : 1.f, sine = item < half ? cosines[half + item] : 0.f;
        store(y + first, a * cosine - b * sine);
        if (pair) store(y + second, b * cosine + a * sine);
    }
}

extern "C" __global__ void __launch_bounds__(128) rotary_f32(
        const float *x,       // [batch, frames, heads·size], rows x_stride apart; the grid is batch·frames
        const float *table,   // [positions, rotated]: cosines of a position's angles, then their sines
        const int *position,  // [1]: that of the first frame; or null: 0
        float *y,             // [batch, frames, heads·size]
        int frames, int positions, int heads,
        int size,             // of a head
        int rotated,          // channels of a head, an even number
        int x_stride, int y_stride,
        int interleaved,      // 1: pairs are neighbours, 0: rotated / 2 channels apart
        int *trouble, int node) {  // told the position if frames leave the table; the result is zeros then
    rotary(x, table, position, y, frames, positions, heads, size, rotated, x_stride, y_stride, interleaved, trouble, node);
}

extern "C" __global__ void __launch_bounds__(128) rotary_bf16(  // as rotary_f32
        const bf16 *x, const float *table, const int *position, bf16 *y, int frames, int positions, int heads, int size, int rotated, int x_stride,
        int y_stride, int interleaved, int *trouble, int node) {
    rotary(x, table, position, y, frames, positions, heads, size, rotated, x_stride, y_stride, interleaved, trouble, node);
}
