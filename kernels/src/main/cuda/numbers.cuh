// Element types, vectors, activations and reductions that all kernel files share. Arithmetic is float32 whatever the storage.
#pragma once
#include "device.cuh"

__device__ __forceinline__ float load(const float *p) { return *p; }
__device__ __forceinline__ float load(const bf16 *p) { return __bfloat162float(*p); }
__device__ __forceinline__ void store(float *p, float x) { *p = x; }
__device__ __forceinline__ void store(bf16 *p, float x) { *p = __float2bfloat16(x); }

// Whether four neighbours from p on can be moved at once, and are so for every row of this stride.
template <typename T> __device__ __forceinline__ bool by_four(const T *p, int stride) {
    return (reinterpret_cast<uintptr_t>(p) & (4 * sizeof(T) - 1)) == 0 && (stride & 3) == 0;
}

__device__ __forceinline__ float4 load4(const float *p) { return *reinterpret_cast<const float4 *>(p); }

__device__ __forceinline__ float4 load4(const bf16 *p) {
    const uint2 pairs = *reinterpret_cast<const uint2 *>(p);
    return make_float4(__uint_as_float(pairs.x << 16), __uint_as_float(pairs.x & 0xffff0000u),
                       __uint_as_float(pairs.y << 16), __uint_as_float(pairs.y & 0xffff0000u));
}

// Two neighbours as one word, the first in the low half: the order of fragments and of memory.
__device__ __forceinline__ uint32_t bf16_pair(float first, float second) {
    const __nv_bfloat162 pair = __floats2bfloat162_rn(first, second);
    return *reinterpret_cast<const uint32_t *>(&pair);
}

__device__ __forceinline__ void store4(float *p, float4 x) { *reinterpret_cast<float4 *>(p) = x; }

__device__ __forceinline__ void store4(bf16 *p, float4 x) {
    *reinterpret_cast<uint2 *>(p) = make_uint2(bf16_pair(x.x, x.y), bf16_pair(x.z, x.w));
}

// The ordinals of io.vivace.graph.Activation.
enum Activation { NONE, RELU, GELU_ERF, GELU_TANH, ELU, TANH, SIGMOID, SILU, LEAKY_RELU };

__device__ __forceinline__ float sigmoid(float x) { return 1.f / (1.f + expf(-x)); }

// ln(1 + e^x), exact where it is small, too.
__device__ __forceinline__ float softplus(float x) { return fmaxf(x, 0.f) + log1pf(expf(-fabsf(x))); }

__device__ __forceinline__ float activate(int activation, float x) {
    switch (activation) {
        case RELU: return fmaxf(x, 0.f);
        case GELU_ERF: return 0.5f * x * (1.f + erff(x * 0.70710678118654752f));
        case GELU_TANH: return 0.5f * x * (1.f + tanhf(0.79788456080286536f * (x + 0.044715f * x * x * x)));
        case ELU: return x > 0.f ? x : expm1f(x);
        case TANH: return tanhf(x);
        case SIGMOID: return sigmoid(x);
        case SILU: return x * sigmoid(x);
        case LEAKY_RELU: return fmaxf(x, 0.1f * x);
        default: return x;
    }
}

__device__ __forceinline__ float warp_sum(float x) {
#pragma unroll
    for (int offset = 16; offset > 0; offset >>= 1) x += __shfl_xor_sync(0xffffffffu, x, offset);
    return x;
}

__device__ __forceinline__ float warp_max(float x) {
#pragma unroll
    for (int offset = 16; offset > 0; offset >>= 1) x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, offset));
    return x;
}

// Sum over the block, in every thread. Contains two barriers; the scratch may be used again at once.
template <int THREADS> __device__ __forceinline__ float block_sum(float x) {
    __shared__ float partial[THREADS / 32];
    x = warp_sum(x);
    if ((threadIdx.x & 31) == 0) partial[threadIdx.x >> 5] = x;
    __syncthreads();
    float sum = 0.f;
#pragma unroll
    for (int i = 0; i < THREADS / 32; i++) sum += partial[i];
    __syncthreads();
    return sum;
}

template <int THREADS> __device__ __forceinline__ float block_max(float x) {
    __shared__ float partial[THREADS / 32];
    x = warp_max(x);
    if ((threadIdx.x & 31) == 0) partial[threadIdx.x >> 5] = x;
    __syncthreads();
    float most = partial[0];
#pragma unroll
    for (int i = 1; i < THREADS / 32; i++) most = fmaxf(most, partial[i]);
    __syncthreads();
    return most;
}
