// Feature-wise modulation alone: y = x·(1 + scale) + shift, a scale and a shift for each channel of a batch row. Only where no norm, whose pass
// over the data could carry it, stands before it. Bound by memory: 4 bytes an element in bf16.
#include "columns.cuh"

struct Modulation {
    float factor, shift;
    __device__ __forceinline__ float operator()(float x) const { return x * factor + shift; }
};

template <typename T>
__device__ __forceinline__ void film(const T *x, const T *scale, const T *shift, T *y, int frames, int channels, int x_stride, int y_stride,
                                     int scale_stride, int shift_stride, int frames_a_block) {
    const long long first = static_cast<long long>(blockIdx.y) * frames;
    const int from = blockIdx.x * frames_a_block, to = min(frames, from + frames_a_block);
    const T *scales = scale + static_cast<long long>(blockIdx.y) * scale_stride;
    const T *shifts = shift + static_cast<long long>(blockIdx.y) * shift_stride;
    map_columns<256>(x + first * x_stride, x_stride, y + first * y_stride, y_stride, channels, from, to,
                     [=](int c) { return Modulation{1.f + load(scales + c), load(shifts + c)}; });
}

extern "C" __global__ void __launch_bounds__(256) film_f32(
        const float *x,       // [batch, frames, channels]
        const float *scale,   // [batch, channels]
        const float *shift,   // [batch, channels]
        float *y,             // like x
        int frames,           // of a batch row; the grid is stretches of frames by batch rows
        int channels,
        int x_stride,         // elements from frame to frame
        int y_stride,
        int scale_stride,     // elements from batch row to batch row
        int shift_stride,
        int frames_a_block) {
    film(x, scale, shift, y, frames, channels, x_stride, y_stride, scale_stride, shift_stride, frames_a_block);
}

extern "C" __global__ void __launch_bounds__(256) film_bf16(
        const bf16 *x, const bf16 *scale, const bf16 *shift, bf16 *y, int frames, int channels, int x_stride, int y_stride, int scale_stride,
        int shift_stride, int frames_a_block) {  // as film_f32
    film(x, scale, shift, y, frames, channels, x_stride, y_stride, scale_stride, shift_stride, frames_a_block);
}
