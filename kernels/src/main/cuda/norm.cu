// Layer and root-mean-square normalisation over the last axis, with the modulation of a condition where there is one:
// y = (x̂·γ + β)·(1 + scale) + shift. A row is held in registers from its one reading on; statistics are two-pass in float32: the variance is
// that of centred values, so that a large mean does not cancel it. Rows of at most 1024 channels belong to one warp, which needs no barrier;
// longer ones to one block. Which of the two depends on the channels alone, so a row's bits do not depend on how many rows there are.
#include "numbers.cuh"

// Four neighbours of a row, zeros beyond its end: the same numbers whether they are moved at once or one by one.
template <typename T> __device__ __forceinline__ float4 piece(const T *row, int at, int channels, bool aligned) {
    if (aligned) return load4(row + at);
    return make_float4(load(row + at), at + 1 < channels ? load(row + at + 1) : 0.f, at + 2 < channels ? load(row + at + 2) : 0.f,
                       at + 3 < channels ? load(row + at + 3) : 0.f);
}

// Squared distances from the mean of those of four neighbours that lie before the end of the row.
__device__ __forceinline__ float spread(float4 v, float mean, int present) {
    const float x = v.x - mean, y = present > 1 ? v.y - mean : 0.f, z = present > 2 ? v.z - mean : 0.f, w = present > 3 ? v.w - mean : 0.f;
    return (x * x + y * y) + (z * z + w * w);
}

template <int THREADS> __device__ __forceinline__ float row_sum(float x) {
    if constexpr (THREADS == 32) return warp_sum(x);
    else return block_sum<THREADS>(x);
}

// A row's operands; all but x and y may be null.
template <typename T> struct Row {
    const T *x;
    const float *gamma, *beta;
    const T *scale, *shift;
    T *y;
    int channels;
    bool aligned;

    // Writes four neighbours, normalised as (v − mean)·factor.
    __device__ __forceinline__ void finish(float4 v, int at, float mean, float factor) const {
        v = make_float4((v.x - mean) * factor, (v.y - mean) * factor, (v.z - mean) * factor, (v.w - mean) * factor);
        if (gamma) {
            const float4 g = piece(gamma, at, channels, aligned);
            v = make_float4(v.x * g.x, v.y * g.y, v.z * g.z, v.w * g.w);
        }
        if (beta) {
            const float4 b = piece(beta, at, channels, aligned);
            v = make_float4(v.x + b.x, v.y + b.y, v.z + b.z, v.w + b.w);
        }
        if (scale) {
            const float4 s = piece(scale, at, channels, aligned), t = piece(shift, at, channels, aligned);
            v = make_float4(v.x * (1.f + s.x) + t.x, v.y * (1.f + s.y) + t.y, v.z * (1.f + s.z) + t.z, v.w * (1.f + s.w) + t.w);
        }
        if (aligned) {
            store4(y + at, v);
        } else {
            store(y + at, v.x);
            if (at + 1 < channels) store(y + at + 1, v.y);
            if (at + 2 < channels) store(y + at + 2, v.z);
            if (at + 3 < channels) store(y + at + 3, v.w);
        }
    }
};

// By THREADS threads, of which this is one. HELD pieces a thread stay in registers; what a longer row has beyond them is read again.
template <int THREADS, int HELD, typename T> __device__ __forceinline__ void normalize(const Row<T> &row, int thread, int centred, float epsilon) {
    const int channels = row.channels, beyond = 4 * (thread + HELD * THREADS);
    float4 held[HELD];
#pragma unroll
    for (int i = 0; i < HELD; i++) {
        const int at = 4 * (thread + i * THREADS);
        held[i] = at < channels ? piece(row.x, at, channels, row.aligned) : make_float4(0.f, 0.f, 0.f, 0.f);
    }
    float mean = 0.f;
    if (centred) {
        float sum = 0.f;
#pragma unroll
        for (int i = 0; i < HELD; i++) sum += (held[i].x + held[i].y) + (held[i].z + held[i].w);
#pragma unroll 1
    for (int at = beyond; at < channels; at += 4 * THREADS) {
            const float4 v = piece(row.x, at, channels, row.aligned);
            sum += (v.x + v.y) + (v.z + v.w);
        }
        mean = row_sum<THREADS>(sum) / channels;
    }
    float squares = 0.f;
#pragma unroll
    for (int i = 0; i < HELD; i++) {
        const int present = channels - 4 * (thread + i * THREADS);
        if (present > 0) squares += spread(held[i], mean, present);
    }
#pragma unroll 1
    for (int at = beyond; at < channels; at += 4 * THREADS) squares += spread(piece(row.x, at, channels, row.aligned), mean, channels - at);
    const float factor = rsqrtf(row_sum<THREADS>(squares) / channels + epsilon);
#pragma unroll
    for (int i = 0; i < HELD; i++) {
        const int at = 4 * (thread + i * THREADS);
        if (at < channels) row.finish(held[i], at, mean, factor);
    }
#pragma unroll 1
    for (int at = beyond; at < channels; at += 4 * THREADS) row.finish(piece(row.x, at, channels, row.aligned), at, mean, factor);
}

template <typename T>
__device__ __forceinline__ Row<T> row_of(int row, const T *x, const float *gamma, const float *beta, const T *scale, const T *shift, T *y, int frames,
                                         int channels, int x_stride, int y_stride, int scale_stride, int shift_stride) {
    const bool aligned = (channels & 3) == 0 && by_four(x, x_stride) && by_four(y, y_stride) && by_four(gamma, 0) && by_four(beta, 0)
            && by_four(scale, scale_stride) && by_four(shift, shift_stride);
    const long long batch = row / frames;
    return {x + static_cast<long long>(row) * x_stride, gamma, beta, scale ? scale + batch * scale_stride : nullptr,
            shift ? shift + batch * shift_stride : nullptr, y + static_cast<long long>(row) * y_stride, channels, aligned};
}

extern "C" __global__ void __launch_bounds__(128) norm_short_f32(
        const float *x,      // [batch, frames, channels]
        const float *gamma,  // [channels], or null
        const float *beta,   // [channels], or null
        const float *scale,  // [batch, channels], or null
        const float *shift,  // [batch, channels], or null
        float *y,            // like x
        int rows,            // batch·frames; the grid is quarters of them
        int frames,          // rows of a batch row
        int channels,        // of a row; at most 1024 are held in registers
        int x_stride,        // elements from row to row
        int y_stride,
        int scale_stride,    // elements from batch row to batch row
        int shift_stride,
        int centred,         // 1: layer norm; 0: root-mean-square norm
        float epsilon) {     // added to the variance or mean square
    const int row = blockIdx.x * 4 + threadIdx.x / 32;
    if (row >= rows) return;
    normalize<32, 8>(row_of(row, x, gamma, beta, scale, shift, y, frames, channels, x_stride, y_stride, scale_stride, shift_stride), threadIdx.x & 31,
                     centred, epsilon);
}

extern "C" __global__ void __launch_bounds__(128) norm_short_bf16(
        const bf16 *x, const float *gamma, const float *beta, const bf16 *scale, const bf16 *shift, bf16 *y, int rows, int frames, int channels,
        int x_stride, int y_stride, int scale_stride, int shift_stride, int centred, float epsilon) {  // as norm_short_f32
    const int row = blockIdx.x * 4 + threadIdx.x / 32;
    if (row >= rows) return;
    normalize<32, 8>(row_of(row, x, gamma, beta, scale, shift, y, frames, channels, x_stride, y_stride, scale_stride, shift_stride), threadIdx.x & 31,
                     centred, epsilon);
}

extern "C" __global__ void __launch_bounds__(256) norm_long_f32(
        const float *x, const float *gamma, const float *beta, const float *scale, const float *shift, float *y, int frames,
        int channels,  // at most 4096 are held in registers
        int x_stride, int y_stride, int scale_stride, int shift_stride, int centred, float epsilon) {  // as norm_short_f32, but the grid is the rows
    normalize<256, 4>(row_of(blockIdx.x, x, gamma, beta, scale, shift, y, frames, channels, x_stride, y_stride, scale_stride, shift_stride),
                      threadIdx.x, centred, epsilon);
}

extern "C" __global__ void __launch_bounds__(256) norm_long_bf16(
        const bf16 *x, const float *gamma, const float *beta, const bf16 *scale, const bf16 *shift, bf16 *y, int frames, int channels,
        int x_stride, int y_stride, int scale_stride, int shift_stride, int centred, float epsilon) {  // as norm_long_f32
    normalize<256, 4>(row_of(blockIdx.x, x, gamma, beta, scale, shift, y, frames, channels, x_stride, y_stride, scale_stride, shift_stride),
                      threadIdx.x, centred, epsilon);
}
