// Two operands that meet in one result: each is walked through with strides that are 0 along axes it lacks. Most meetings are of two axes at
// most (equal shapes, a vector along the last axis, one number a row), and take four neighbours a thread; the others take strides of six axes.
#include "numbers.cuh"

// The ordinals of io.vivace.graph.Arithmetic.Binary.Kind.
enum Binary { ADD, SUBTRACT, MULTIPLY, DIVIDE };

__device__ __forceinline__ float combined(int kind, float a, float b) {
    switch (kind) {
        case ADD: return a + b;
        case SUBTRACT: return a - b;
        case MULTIPLY: return a * b;
        default: return a / b;
    }
}

__device__ __forceinline__ float masked(float x, float keep) { return keep != 0.f ? x : -INFINITY; }

// A mask is read as zeros and ones.
__device__ __forceinline__ float load(const int *keep) { return *keep != 0 ? 1.f : 0.f; }

__device__ __forceinline__ float4 load4(const int *keep) {
    const int4 k = *reinterpret_cast<const int4 *>(keep);
    return make_float4(k.x != 0, k.y != 0, k.z != 0, k.w != 0);
}

template <typename T> __device__ __forceinline__ float4 load4(const T *p, int step) {
    if (step != 0) return load4(p);
    const float x = load(p);
    return make_float4(x, x, x, x);
}

template <typename A, typename B, typename Y, typename F>
__device__ __forceinline__ void meet(const A *a, const B *b, Y *y, unsigned size, unsigned length, int a_row, int a_step, int b_row, int b_step, F f) {
    const unsigned i = 4 * (blockIdx.x * 256u + threadIdx.x);
    const bool vectors = by_four(y, length) && (a_step == 0 || by_four(a, a_row)) && (b_step == 0 || by_four(b, b_row));
    if (vectors) {
        if (i >= size) return;
        const unsigned row = i / length, column = i - row * length;
        const float4 p = load4(a + row * a_row + column * a_step, a_step), q = load4(b + row * b_row + column * b_step, b_step);
        store4(y + i, make_float4(f(p.x, q.x), f(p.y, q.y), f(p.z, q.z), f(p.w, q.w)));
    } else {
#pragma unroll 1
        for (unsigned j = i; j < size && j < i + 4; j++) {
            const unsigned row = j / length, column = j - row * length;
            store(y + j, f(load(a + row * a_row + column * a_step), load(b + row * b_row + column * b_step)));
        }
    }
}

// The places in both operands that belong to one place of the result.
struct Meeting {
    unsigned rest;
    int a, b;

    __device__ __forceinline__ void along(int extent, int a_stride, int b_stride) {
        const int place = rest % extent;
        rest /= extent;
        a += place * a_stride;
        b += place * b_stride;
    }
};

__device__ __forceinline__ Meeting meeting(unsigned i, int e1, int e2, int e3, int e4, int e5, int a0, int a1, int a2, int a3, int a4, int a5,
                                           int b0, int b1, int b2, int b3, int b4, int b5) {
    Meeting at = {i, 0, 0};
    at.along(e5, a5, b5);
    at.along(e4, a4, b4);
    at.along(e3, a3, b3);
    at.along(e2, a2, b2);
    at.along(e1, a1, b1);
    at.a += at.rest * a0;
    at.b += at.rest * b0;
    return at;
}

extern "C" __global__ void __launch_bounds__(256) binary_f32(
        const float *a,  // first operand
        const float *b,  // second operand
        float *y,        // [rows, length]
        int size,        // elements of y; the grid covers a quarter of them
        int length,      // of a row of y
        int a_row,       // elements of a from row to row
        int a_step,      // elements of a along a row: 1 or 0
        int b_row,       // elements of b from row to row
        int b_step,      // elements of b along a row: 1 or 0
        int kind) {      // Binary
    meet(a, b, y, size, length, a_row, a_step, b_row, b_step, [=](float p, float q) { return combined(kind, p, q); });
}

extern "C" __global__ void __launch_bounds__(256) mask_f32(  // as binary_f32: y = a where b is not 0, else minus infinity
        const float *a, const int *b, float *y, int size, int length, int a_row, int a_step, int b_row, int b_step) {
    meet(a, b, y, size, length, a_row, a_step, b_row, b_step, masked);
}

extern "C" __global__ void __launch_bounds__(256) binary_strided_f32(
        const float *a,  // first operand
        const float *b,  // second operand
        float *y,        // dense
        int size,        // elements of y; the grid covers them
        int kind,        // Binary
        int e1, int e2, int e3, int e4, int e5,          // extents of y's axes but for the outermost, the innermost last
        int a0, int a1, int a2, int a3, int a4, int a5,  // strides of a along them
        int b0, int b1, int b2, int b3, int b4, int b5) {  // strides of b
    const unsigned i = blockIdx.x * 256u + threadIdx.x;
    if (i >= static_cast<unsigned>(size)) return;
    const Meeting at = meeting(i, e1, e2, e3, e4, e5, a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5);
    y[i] = combined(kind, a[at.a], b[at.b]);
}

extern "C" __global__ void __launch_bounds__(256) mask_strided_f32(  // as binary_strided_f32: y = a where b is not 0, else minus infinity
        const float *a, const int *b, float *y, int size, int e1, int e2, int e3, int e4, int e5,
        int a0, int a1, int a2, int a3, int a4, int a5, int b0, int b1, int b2, int b3, int b4, int b5) {
    const unsigned i = blockIdx.x * 256u + threadIdx.x;
    if (i >= static_cast<unsigned>(size)) return;
    const Meeting at = meeting(i, e1, e2, e3, e4, e5, a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5);
    y[i] = masked(a[at.a], load(b + at.b));
}
