// Functions of single elements, gates and guidance. A thread takes four neighbours, at once where they lie so that it can.
// Sizes stay below 2^31 elements, so places are unsigned 32-bit numbers.
#include "numbers.cuh"

// The ordinals of io.vivace.graph.Arithmetic.Unary.Kind.
enum Unary { U_RELU, U_MINIMUM_ZERO, U_EXP, U_EXPM1, U_LOG, U_TANH, U_SIGMOID, U_ERF, U_RECIPROCAL_ROOT, U_SIN, U_COS, U_SOFTPLUS };

// sin(x + quadrants pi/2), to 1e-7 of 1: CUDA's own sinf needs local memory to reduce large arguments. Multiples of pi/2 are taken off in three
// parts; the polynomials on [-pi/4, pi/4] are those of S. Moshier's Cephes. Where float32 itself holds no phase any more, x counts as 0.
__device__ __forceinline__ float sine(float x, int quadrants) {
    float multiple = rintf(x * 0.63661975f), r = fmaf(multiple, 1.7151245e-15f, fmaf(multiple, 4.371139e-8f, fmaf(multiple, -1.5707964f, x)));
    if (!(fabsf(multiple) < 4194304.f)) {
        multiple = 0.f;
        r = x * 0.f;
    }
    const float z = r * r;
    const float odd = fmaf(fmaf(fmaf(-1.9515295891e-4f, z, 8.3321608736e-3f), z, -1.6666654611e-1f) * z, r, r);
    const float even = fmaf(fmaf(fmaf(fmaf(2.443315711809948e-5f, z, -1.388731625493765e-3f), z, 4.166664568298827e-2f), z, -0.5f), z, 1.f);
    const int quadrant = static_cast<int>(multiple) + quadrants;
    const float y = quadrant & 1 ? even : odd;
    return quadrant & 2 ? -y : y;
}

__device__ __forceinline__ float function(int kind, float x) {
    switch (kind) {
        case U_RELU: return fmaxf(x, 0.f);
        case U_MINIMUM_ZERO: return fminf(x, 0.f);
        case U_EXP: return expf(x);
        case U_EXPM1: return expm1f(x);
        case U_LOG: return logf(x);
        case U_TANH: return tanhf(x);
        case U_SIGMOID: return sigmoid(x);
        case U_ERF: return erff(x);
        case U_RECIPROCAL_ROOT: return rsqrtf(x);
        case U_SIN: return sine(x, 0);
        case U_COS: return sine(x, 1);
        default: return fmaxf(x, 0.f) + log1pf(expf(-fabsf(x)));
    }
}

__device__ __forceinline__ unsigned first_of_four() { return 4 * (blockIdx.x * 256u + threadIdx.x); }

template <typename X, typename Y, typename F> __device__ __forceinline__ void map(const X *x, Y *y, unsigned size, F f) {
    const unsigned i = first_of_four();
    if (i + 4 <= size && by_four(x, 4) && by_four(y, 4)) {
        const float4 v = load4(x + i);
        store4(y + i, make_float4(f(v.x), f(v.y), f(v.z), f(v.w)));
    } else {
#pragma unroll 1
        for (unsigned j = i; j < size && j < i + 4; j++) store(y + j, f(load(x + j)));
    }
}

template <typename T> __device__ __forceinline__ void gate(const T *x, T *y, unsigned size, unsigned half, int activation) {
    const unsigned i = first_of_four();
    auto gated = [&](float a, float b) { return activate(activation, a) * b; };
    if (by_four(x, half) && by_four(y, half)) {
        if (i >= size) return;
        const T *a = x + i + i / half * half;
        const float4 p = load4(a), q = load4(a + half);
        store4(y + i, make_float4(gated(p.x, q.x), gated(p.y, q.y), gated(p.z, q.z), gated(p.w, q.w)));
    } else {
#pragma unroll 1
        for (unsigned j = i; j < size && j < i + 4; j++) {
            const T *a = x + j + j / half * half;
            store(y + j, gated(load(a), load(a + half)));
        }
    }
}

template <typename T> __device__ __forceinline__ void guide(const T *both, float scale, T *y, unsigned size) {
    const unsigned i = first_of_four();
    auto guided = [&](float conditional, float none) { return fmaf(conditional - none, scale, none); };
    if (i + 4 <= size && by_four(both, size) && by_four(y, 4)) {
        const float4 p = load4(both + i), q = load4(both + size + i);
        store4(y + i, make_float4(guided(p.x, q.x), guided(p.y, q.y), guided(p.z, q.z), guided(p.w, q.w)));
    } else {
        for (unsigned j = i; j < size && j < i + 4; j++) store(y + j, guided(load(both + j), load(both + size + j)));
    }
}

extern "C" __global__ void __launch_bounds__(256) unary_f32(
        const float *x,  // [size]
        float *y,        // [size]
        int size,        // elements; the grid covers a quarter of them
        int kind) {      // Unary
    map(x, y, size, [=](float v) { return function(kind, v); });
}

extern "C" __global__ void __launch_bounds__(256) activate_f32(
        const float *x,    // [size]
        float *y,          // [size]
        int size,          // elements; the grid covers a quarter of them
        int activation) {  // Activation
    map(x, y, size, [=](float v) { return activate(activation, v); });
}

extern "C" __global__ void __launch_bounds__(256) activate_bf16(const bf16 *x, bf16 *y, int size, int activation) {  // as activate_f32
    map(x, y, size, [=](float v) { return activate(activation, v); });
}

extern "C" __global__ void __launch_bounds__(256) affine_f32(
        const float *x,  // [size]
        float *y,        // [size]: x scale + offset
        int size,        // elements; the grid covers a quarter of them
        float scale,     // factor
        float offset) {  // summand
    map(x, y, size, [=](float v) { return fmaf(v, scale, offset); });
}

extern "C" __global__ void __launch_bounds__(256) cast_f32_bf16(
        const float *x,  // [size]
        bf16 *y,         // [size]: x, rounded to the nearest
        int size) {      // elements; the grid covers a quarter of them
    map(x, y, size, [](float v) { return v; });
}

extern "C" __global__ void __launch_bounds__(256) cast_bf16_f32(const bf16 *x, float *y, int size) {  // as cast_f32_bf16, exact
    map(x, y, size, [](float v) { return v; });
}

extern "C" __global__ void __launch_bounds__(256) gated_f32(
        const float *x,    // [rows, 2, half]
        float *y,          // [rows, half]: act(first half) times second half
        int size,          // elements of y; the grid covers a quarter of them
        int half,          // channels of y
        int activation) {  // Activation
    gate(x, y, size, half, activation);
}

extern "C" __global__ void __launch_bounds__(256) gated_bf16(const bf16 *x, bf16 *y, int size, int half, int activation) {  // as gated_f32
    gate(x, y, size, half, activation);
}

extern "C" __global__ void __launch_bounds__(256) guide_f32(
        const float *both,   // [2, size]: with the condition, without
        const float *scale,  // [1]
        float *y,            // [size]: without + scale (with - without)
        int size) {          // elements of y; the grid covers a quarter of them
    guide(both, *scale, y, size);
}
