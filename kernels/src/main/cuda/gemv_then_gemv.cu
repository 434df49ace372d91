// Two products of few rows, one after the other, in one launch: both of a feed-forward layer, or a projection and the queries of the next attention.
// Parameters are those of gemv.cu, twice, then tickets.
// Floor: the bytes of the weights, once; up to 64 KB of the second's a block are on their way while the first is at work.
#include "few_rows_fma.cuh"
#include "few_rows_mma.cuh"
#include "tickets.cuh"

template <typename T, typename W>
__device__ __forceinline__ void product_then_product(const FewRows<T, W, T> &one, const FewRows<T, W, T> &two, int *tickets, int first, int second) {
    one_after_the_other(Tickets{tickets, first, second}, [&](int block) { few_rows_of(one, block, Nothing()); },
                        [&](int block, auto ready) { few_rows_of(two, block, ready); });
}

// joins: gemv, gemv
// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_then_gemv_f32_f32_f32(
        const float *x, const float *gamma, const float *beta, const float *panels, const float *scales, const float *bias, const float *residual, float *y,
        int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation,
        const float *next_x, const float *next_gamma, const float *next_beta, const float *next_panels, const float *next_scales, const float *next_bias,
        const float *next_residual, float *next_y, int next_rows, int next_inputs, int next_outputs, int next_width, int next_x_stride,
        int next_residual_stride, int next_y_stride, int next_norm, float next_epsilon, int next_activation,
        int *tickets, int first_blocks, int second_blocks) {
    product_then_product(
        FewRows<float, float, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        FewRows<float, float, float>(next_x, next_gamma, next_beta, next_panels, next_scales, next_bias, next_residual, next_y, next_rows, next_inputs,
            next_outputs, next_width, next_x_stride, next_residual_stride, next_y_stride, next_norm, next_epsilon, next_activation),
        tickets, first_blocks, second_blocks);
}

// joins: gemv, gemv
// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_then_gemv_f32_f32_bf16(
        const float *x, const float *gamma, const float *beta, const bf16 *panels, const float *scales, const float *bias, const float *residual, float *y,
        int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation,
        const float *next_x, const float *next_gamma, const float *next_beta, const bf16 *next_panels, const float *next_scales, const float *next_bias,
        const float *next_residual, float *next_y, int next_rows, int next_inputs, int next_outputs, int next_width, int next_x_stride,
        int next_residual_stride, int next_y_stride, int next_norm, float next_epsilon, int next_activation,
        int *tickets, int first_blocks, int second_blocks) {
    product_then_product(
        FewRows<float, bf16, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        FewRows<float, bf16, float>(next_x, next_gamma, next_beta, next_panels, next_scales, next_bias, next_residual, next_y, next_rows, next_inputs,
            next_outputs, next_width, next_x_stride, next_residual_stride, next_y_stride, next_norm, next_epsilon, next_activation),
        tickets, first_blocks, second_blocks);
}

// joins: gemv, gemv
// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_then_gemv_f32_f32_int8(
        const float *x, const float *gamma, const float *beta, const int8_t *panels, const float *scales, const float *bias, const float *residual, float *y,
        int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation,
        const float *next_x, const float *next_gamma, const float *next_beta, const int8_t *next_panels, const float *next_scales, const float *next_bias,
        const float *next_residual, float *next_y, int next_rows, int next_inputs, int next_outputs, int next_width, int next_x_stride,
        int next_residual_stride, int next_y_stride, int next_norm, float next_epsilon, int next_activation,
        int *tickets, int first_blocks, int second_blocks) {
    product_then_product(
        FewRows<float, int8_t, float>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride,
            norm, epsilon, activation),
        FewRows<float, int8_t, float>(next_x, next_gamma, next_beta, next_panels, next_scales, next_bias, next_residual, next_y, next_rows, next_inputs,
            next_outputs, next_width, next_x_stride, next_residual_stride, next_y_stride, next_norm, next_epsilon, next_activation),
        tickets, first_blocks, second_blocks);
}

// joins: gemv, gemv
// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_then_gemv_bf16_bf16_bf16(
        const bf16 *x, const float *gamma, const float *beta, const bf16 *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y,
        int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation,
        const bf16 *next_x, const float *next_gamma, const float *next_beta, const bf16 *next_panels, const float *next_scales, const float *next_bias,
        const bf16 *next_residual, bf16 *next_y, int next_rows, int next_inputs, int next_outputs, int next_width, int next_x_stride, int next_residual_stride,
        int next_y_stride, int next_norm, float next_epsilon, int next_activation,
        int *tickets, int first_blocks, int second_blocks) {
    product_then_product(
        FewRows<bf16, bf16, bf16>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        FewRows<bf16, bf16, bf16>(next_x, next_gamma, next_beta, next_panels, next_scales, next_bias, next_residual, next_y, next_rows, next_inputs,
            next_outputs, next_width, next_x_stride, next_residual_stride, next_y_stride, next_norm, next_epsilon, next_activation),
        tickets, first_blocks, second_blocks);
}

// joins: gemv, gemv
// dynamic shared memory: 82048 bytes
extern "C" __global__ void __launch_bounds__(256, 2) gemv_then_gemv_bf16_bf16_int8(
        const bf16 *x, const float *gamma, const float *beta, const int8_t *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y,
        int rows, int inputs, int outputs, int width, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation,
        const bf16 *next_x, const float *next_gamma, const float *next_beta, const int8_t *next_panels, const float *next_scales, const float *next_bias,
        const bf16 *next_residual, bf16 *next_y, int next_rows, int next_inputs, int next_outputs, int next_width, int next_x_stride, int next_residual_stride,
        int next_y_stride, int next_norm, float next_epsilon, int next_activation,
        int *tickets, int first_blocks, int second_blocks) {
    product_then_product(
        FewRows<bf16, int8_t, bf16>(x, gamma, beta, panels, scales, bias, residual, y, rows, inputs, outputs, width, x_stride, residual_stride, y_stride, norm,
            epsilon, activation),
        FewRows<bf16, int8_t, bf16>(next_x, next_gamma, next_beta, next_panels, next_scales, next_bias, next_residual, next_y, next_rows, next_inputs,
            next_outputs, next_width, next_x_stride, next_residual_stride, next_y_stride, next_norm, next_epsilon, next_activation),
        tickets, first_blocks, second_blocks);
}
