// What follows the sums of a product or a convolution that a library computed, in place: our own kernels do it before they store. A thread takes
// four neighbours of a row, at once where they lie so that it can. Floor: the sums read and written, the residual read.
#include "numbers.cuh"

template <typename T>
__device__ __forceinline__ void finish(T *y, const float *bias, const T *residual, unsigned size, unsigned channels, unsigned y_stride,
                                       unsigned residual_stride, int activation) {
    const unsigned i = 4 * (blockIdx.x * 256u + threadIdx.x);
    auto finished = [&](float sum, float b, float r) { return activate(activation, sum + b + r); };
    const float4 none = make_float4(0.f, 0.f, 0.f, 0.f);
    if ((channels & 3) == 0 && by_four(y, y_stride) && (bias == nullptr || by_four(bias, 4)) && (residual == nullptr || by_four(residual, residual_stride))) {
        if (i >= size) return;
        const unsigned row = i / channels, channel = i - row * channels;
        T *at = y + row * y_stride + channel;
        const float4 sum = load4(at), b = bias == nullptr ? none : load4(bias + channel);
        const float4 r = residual == nullptr ? none : load4(residual + row * residual_stride + channel);
        store4(at, make_float4(finished(sum.x, b.x, r.x), finished(sum.y, b.y, r.y), finished(sum.z, b.z, r.z), finished(sum.w, b.w, r.w)));
    } else {
#pragma unroll 1
        for (unsigned j = i; j < size && j < i + 4; j++) {
            const unsigned row = j / channels, channel = j - row * channels;
            T *at = y + row * y_stride + channel;
            store(at, finished(load(at), bias == nullptr ? 0.f : bias[channel], residual == nullptr ? 0.f : load(residual + row * residual_stride + channel)));
        }
    }
}

extern "C" __global__ void __launch_bounds__(256) epilogue_f32(
        float *y,               // [rows, channels]: act(y + bias + residual)
        const float *bias,      // [channels], or null
        const float *residual,  // like y, and apart from it; or null
        int size,               // rows channels; the grid covers a quarter of them
        int channels,           // of a row
        int y_stride,           // elements of y from row to row
        int residual_stride,    // elements of the residual from row to row
        int activation) {       // Activation
    finish(y, bias, residual, size, channels, y_stride, residual_stride, activation);
}

extern "C" __global__ void __launch_bounds__(256) epilogue_bf16(  // as epilogue_f32
        bf16 *y, const float *bias, const bf16 *residual, int size, int channels, int y_stride, int residual_stride, int activation) {
    finish(y, bias, residual, size, channels, y_stride, residual_stride, activation);
}
