// Products of many rows with a weight matrix in panels: y = act(x·Wᵀ·scale + bias + residual).
#include "fma_tile.cuh"
#include "rows.cuh"

template <typename W>
__device__ __forceinline__ void gemm(const PlainRows<float> &x, const W *panels, const Result<float> &result) {
    FmaTile<W>::run(x, panels, x.inputs, result);
}

extern "C" __global__ void __launch_bounds__(128) gemm_f32_f32_f32(
        const float *x,         // [rows, inputs], rows x_stride apart
        const float *panels,    // [outputs / 64][inputs][64]
        const float *scales,    // [outputs], of int8 weights; or null
        const float *bias,      // [outputs], or null
        const float *residual,  // [rows, outputs], rows residual_stride apart; or null
        float *y,               // [rows, outputs], rows y_stride apart
        int rows,               // the grid covers rows and outputs by 64
        int inputs,             // of a row
        int outputs,            // of a row
        int x_stride,           // elements from row to row
        int residual_stride,    // elements from row to row
        int y_stride,           // elements from row to row
        int activation) {       // ordinal of Activation
    gemm<float>({x, rows, inputs, x_stride}, panels, {y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

extern "C" __global__ void __launch_bounds__(128) gemm_f32_f32_bf16(  // as gemm_f32_f32_f32
        const float *x, const bf16 *panels, const float *scales, const float *bias, const float *residual, float *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    gemm<bf16>({x, rows, inputs, x_stride}, panels, {y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}

extern "C" __global__ void __launch_bounds__(128) gemm_f32_f32_int8(  // as gemm_f32_f32_f32
        const float *x, const int8_t *panels, const float *scales, const float *bias, const float *residual, float *y, int rows, int inputs,
        int outputs, int x_stride, int residual_stride, int y_stride, int activation) {
    gemm<int8_t>({x, rows, inputs, x_stride}, panels, {y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation});
}
