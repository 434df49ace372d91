// Layer and root-mean-square normalisation over the last axis, softmax. One block owns one row; rows of up to 16 K channels pass
// through the caches once, whatever the code reads twice. Statistics are two-pass in float32: the variance is that of centred values,
// so that a large mean does not cancel it.
#include "numbers.cuh"

template <typename T>
__device__ __forceinline__ void layer_norm(const T *x, const float *gamma, const float *beta, T *y, int channels, float epsilon) {
    const T *row = x + static_cast<long long>(blockIdx.x) * channels;
    T *out = y + static_cast<long long>(blockIdx.x) * channels;
    float sum = 0.f;
    for (int i = threadIdx.x; i < channels; i += blockDim.x) sum += load(row + i);
    const float mean = block_sum<256>(sum) / channels;
    float squares = 0.f;
    for (int i = threadIdx.x; i < channels; i += blockDim.x) {
        const float centred = load(row + i) - mean;
        squares += centred * centred;
    }
    const float scale = rsqrtf(block_sum<256>(squares) / channels + epsilon);
    for (int i = threadIdx.x; i < channels; i += blockDim.x) {
        const float normal = (load(row + i) - mean) * scale * gamma[i];
        store(out + i, beta ? normal + beta[i] : normal);
    }
}

extern "C" __global__ void __launch_bounds__(256) layer_norm_f32(
        const float *x,      // [rows, channels]
        const float *gamma,  // [channels]
        const float *beta,   // [channels], or null
        float *y,            // [rows, channels]
        int channels,        // of a row; the grid is the rows
        float epsilon) {     // added to the variance
    layer_norm(x, gamma, beta, y, channels, epsilon);
}

extern "C" __global__ void __launch_bounds__(256) layer_norm_bf16(
        const bf16 *x, const float *gamma, const float *beta, bf16 *y, int channels, float epsilon) {  // as layer_norm_f32
    layer_norm(x, gamma, beta, y, channels, epsilon);
}
