// Products of few rows, up to 16, with a weight matrix in panels: y = act(norm(x)·Wᵀ·scale + bias + residual). See ring.cuh.
// Shared memory admits two blocks a multiprocessor at most; unless told so, ptxas for sm_100 and sm_120 spills to make room for four.
#include "few_rows_fma.cuh"
#include "few_rows_mma.cuh"

// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_f32_f32_f32(
        const float *x,         // [rows, inputs], rows x_stride apart
        const float *gamma,     // [inputs], scale of the normalisation; or null
        const float *beta,      // [inputs], or null
        const float *panels,    // [outputs / 64][inputs][64]
        const float *scales,    // [outputs], of int8 weights; or null
        const float *bias,      // [outputs], or null
        const float *residual,  // [rows, outputs], rows residual_stride apart; or null
        float *y,               // [rows, outputs], rows y_stride apart
        int rows,               // 1 … 16
        int inputs,             // of a row
        int outputs,            // of a row
        int width,              // outputs of a block, see few_rows_of: 8, 16, or 32 for up to 8 rows
        int x_stride,           // elements from row to row
        int residual_stride,    // elements from row to row
        int y_stride,           // elements from row to row
        int norm,               // 0: x as it is, 1: layer normalisation first, 2: root mean square
        float epsilon,          // added to the variance
        int activation) {       // ordinal of Activation
    few_rows_of(
        FewRows<float, float, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        blockIdx.x, Nothing());
}

// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_f32_f32_bf16(  // as gemv_f32_f32_f32
        const float *x, const float *gamma, const float *beta, const bf16 *panels, const float *scales, const float *bias, const float *residual,
        float *y, int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation) {
    few_rows_of(
        FewRows<float, bf16, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        blockIdx.x, Nothing());
}

// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_f32_f32_int8(  // as gemv_f32_f32_f32
        const float *x, const float *gamma, const float *beta, const int8_t *panels, const float *scales, const float *bias, const float *residual,
        float *y, int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation) {
    few_rows_of(
        FewRows<float, int8_t, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride,
            norm, epsilon, activation),
        blockIdx.x, Nothing());
}

// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_bf16_bf16_f32(  // as gemv_f32_f32_f32
        const bf16 *x, const float *gamma, const float *beta, const float *panels, const float *scales, const float *bias, const bf16 *residual,
        bf16 *y, int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation) {
    few_rows_of(
        FewRows<bf16, float, bf16>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        blockIdx.x, Nothing());
}

// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_bf16_bf16_bf16(  // as gemv_f32_f32_f32
        const bf16 *x, const float *gamma, const float *beta, const bf16 *panels, const float *scales, const float *bias, const bf16 *residual,
        bf16 *y, int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation) {
    few_rows_of(
        FewRows<bf16, bf16, bf16>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        blockIdx.x, Nothing());
}

// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_bf16_bf16_int8(  // as gemv_f32_f32_f32
        const bf16 *x, const float *gamma, const float *beta, const int8_t *panels, const float *scales, const float *bias, const bf16 *residual,
        bf16 *y, int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation) {
    few_rows_of(
        FewRows<bf16, int8_t, bf16>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        blockIdx.x, Nothing());
}

// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_bf16_f32_f32(  // as gemv_f32_f32_f32
        const bf16 *x, const float *gamma, const float *beta, const float *panels, const float *scales, const float *bias, const float *residual,
        float *y, int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation) {
    few_rows_of(
        FewRows<bf16, float, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        blockIdx.x, Nothing());
}

// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_bf16_f32_bf16(  // as gemv_f32_f32_f32
        const bf16 *x, const float *gamma, const float *beta, const bf16 *panels, const float *scales, const float *bias, const float *residual,
        float *y, int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation) {
    few_rows_of(
        FewRows<bf16, bf16, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        blockIdx.x, Nothing());
}

// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_bf16_f32_int8(  // as gemv_f32_f32_f32
        const bf16 *x, const float *gamma, const float *beta, const int8_t *panels, const float *scales, const float *bias, const float *residual,
        float *y, int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation) {
    few_rows_of(
        FewRows<bf16, int8_t, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        blockIdx.x, Nothing());
}
