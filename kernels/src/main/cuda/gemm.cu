// Products of many rows with a weight matrix in panels: y = act(x·Wᵀ·scale + bias + residual); and the normalisation of such rows, where it
// belongs to the product.
#include "rows.cuh"
#include "tiles.cuh"

// A warp a row; the values are those that gemv makes on its way.
template <typename X>
__device__ __forceinline__ void normalise(const PlainRows<X> &x, const float *gamma, const float *beta, X *y, int norm, float epsilon) {
    const int index = blockIdx.x * 8 + threadIdx.x / 32;
    const X *row = x.row(index);
    if (!row) return;
    const Moments m = moments(x, row, norm, epsilon);
    X *out = y + static_cast<long long>(index) * x.inputs;
    for (int k = threadIdx.x % 32; k < x.inputs; k += 32) store(out + k, normal(load(row + k), m, gamma[k], beta ? beta[k] : 0.f));
}

extern "C" __global__ void __launch_bounds__(256) normalise_f32(
        const float *x,      // [rows, inputs], rows x_stride apart
        const float *gamma,  // [inputs]
        const float *beta,   // [inputs], or null
        float *y,            // [rows, inputs]
        int rows,            // the grid covers them by 8
        int inputs,          // of a row
        int x_stride,        // elements from row to row
        int norm,            // 1: layer normalisation, 2: root mean square
        float epsilon) {     // added to the variance
    normalise(PlainRows<float>(x, rows, inputs, x_stride), gamma, beta, y, norm, epsilon);
}

extern "C" __global__ void __launch_bounds__(256) normalise_bf16(  // as normalise_f32
        const bf16 *x, const float *gamma, const float *beta, bf16 *y, int rows, int inputs, int x_stride, int norm, float epsilon) {
    normalise(PlainRows<bf16>(x, rows, inputs, x_stride), gamma, beta, y, norm, epsilon);
}

extern "C" __global__ void __launch_bounds__(128) gemm_f32_f32_f32(
        const float *x,         // [rows, inputs], rows x_stride apart
        const float *panels,    // [outputs / 64][inputs][64]
        const float *scales,    // [outputs], of int8 weights; or null
        const float *bias,      // [outputs], or null
        const float *residual,  // [rows, outputs], rows residual_stride apart; or null
        float *y,               // [rows, outputs], rows y_stride apart
        int rows,               // the grid covers rows and outputs by 64, or by 128 where large
        int inputs,             // of a row
        int outputs,            // of a row
        int x_stride,           // elements from row to row
        int residual_stride,    // elements from row to row
        int y_stride,           // elements from row to row
        int activation) {       // ordinal of Activation
    __shared__ __align__(16) unsigned char shared[FMA_SHARED];
    small_tile(shared, PlainRows<float>(x, rows, inputs, x_stride), panels,
               Result<float>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

extern "C" __global__ void __launch_bounds__(128) gemm_f32_f32_bf16(  // as gemm_f32_f32_f32
        const float *x, const bf16 *panels, const float *scales, const float *bias, const float *residual, float *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    __shared__ __align__(16) unsigned char shared[FMA_SHARED];
    small_tile(shared, PlainRows<float>(x, rows, inputs, x_stride), panels,
               Result<float>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

extern "C" __global__ void __launch_bounds__(128) gemm_f32_f32_int8(  // as gemm_f32_f32_f32
        const float *x, const int8_t *panels, const float *scales, const float *bias, const float *residual, float *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    __shared__ __align__(16) unsigned char shared[FMA_SHARED];
    small_tile(shared, PlainRows<float>(x, rows, inputs, x_stride), panels,
               Result<float>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

extern "C" __global__ void __launch_bounds__(128) gemm_bf16_bf16_f32(  // as gemm_f32_f32_f32
        const bf16 *x, const float *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, PlainRows<bf16>(x, rows, inputs, x_stride), panels,
               Result<bf16>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

extern "C" __global__ void __launch_bounds__(128) gemm_bf16_bf16_bf16(  // as gemm_f32_f32_f32
        const bf16 *x, const bf16 *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, PlainRows<bf16>(x, rows, inputs, x_stride), panels,
               Result<bf16>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

extern "C" __global__ void __launch_bounds__(128) gemm_bf16_bf16_int8(  // as gemm_f32_f32_f32
        const bf16 *x, const int8_t *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, PlainRows<bf16>(x, rows, inputs, x_stride), panels,
               Result<bf16>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

extern "C" __global__ void __launch_bounds__(128) gemm_bf16_f32_f32(  // as gemm_f32_f32_f32
        const bf16 *x, const float *panels, const float *scales, const float *bias, const float *residual, float *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, PlainRows<bf16>(x, rows, inputs, x_stride), panels,
               Result<float>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

extern "C" __global__ void __launch_bounds__(128) gemm_bf16_f32_bf16(  // as gemm_f32_f32_f32
        const bf16 *x, const bf16 *panels, const float *scales, const float *bias, const float *residual, float *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, PlainRows<bf16>(x, rows, inputs, x_stride), panels,
               Result<float>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

extern "C" __global__ void __launch_bounds__(128) gemm_bf16_f32_int8(  // as gemm_f32_f32_f32
        const bf16 *x, const int8_t *panels, const float *scales, const float *bias, const float *residual, float *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, PlainRows<bf16>(x, rows, inputs, x_stride), panels,
               Result<float>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

// dynamic shared memory: 98304 bytes
extern "C" __global__ void __launch_bounds__(256) gemm_large_bf16_bf16_bf16(  // as gemm_f32_f32_f32
        const bf16 *x, const bf16 *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    DYNAMIC_SHARED(unsigned char, shared);
    large_tile(shared, PlainRows<bf16>(x, rows, inputs, x_stride), panels,
               Result<bf16>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

// dynamic shared memory: 98304 bytes
extern "C" __global__ void __launch_bounds__(256) gemm_large_bf16_bf16_int8(  // as gemm_f32_f32_f32
        const bf16 *x, const int8_t *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    DYNAMIC_SHARED(unsigned char, shared);
    large_tile(shared, PlainRows<bf16>(x, rows, inputs, x_stride), panels,
               Result<bf16>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

// dynamic shared memory: 98304 bytes
extern "C" __global__ void __launch_bounds__(256) gemm_large_bf16_f32_bf16(  // as gemm_f32_f32_f32
        const bf16 *x, const bf16 *panels, const float *scales, const float *bias, const float *residual, float *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    DYNAMIC_SHARED(unsigned char, shared);
    large_tile(shared, PlainRows<bf16>(x, rows, inputs, x_stride), panels,
               Result<float>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

// dynamic shared memory: 98304 bytes
extern "C" __global__ void __launch_bounds__(256) gemm_large_bf16_f32_int8(  // as gemm_f32_f32_f32
        const bf16 *x, const int8_t *panels, const float *scales, const float *bias, const float *residual, float *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    DYNAMIC_SHARED(unsigned char, shared);
    large_tile(shared, PlainRows<bf16>(x, rows, inputs, x_stride), panels,
               Result<float>{y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}
