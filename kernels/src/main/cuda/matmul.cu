// Products of two computed matrices, float32, batched: for the products in graphs that no fused operation stands for, few and small;
// products with weights are in gemv.cu and gemm.cu. A block makes 32 by 32 outputs; a sum is made in chunks of 64 inputs, as there.
#include "products.cuh"

namespace {

constexpr int MATMUL_TILE = 32;

// Elements of one operand before the matrix number `index` of the leading axes, which may be broadcast.
__device__ __forceinline__ long long leading_offset(int index, int extent_1, int extent_2, int extent_3, int stride_0, int stride_1, int stride_2,
                                                    int stride_3) {
    const int i3 = index % extent_3, outer = index / extent_3, i2 = outer % extent_2, i1 = outer / extent_2 % extent_1, i0 = outer / extent_2 / extent_1;
    return static_cast<long long>(i0) * stride_0 + static_cast<long long>(i1) * stride_1 + static_cast<long long>(i2) * stride_2
            + static_cast<long long>(i3) * stride_3;
}

}

extern "C" __global__ void __launch_bounds__(256) matmul(
        const float *a,   // matrices [rows, inputs]
        const float *b,   // matrices [inputs, columns], or [columns, inputs] where transposed
        float *y,         // [leading axes, rows, columns]; the grid is all tiles of 32 by 32, columns innermost
        int rows,         // of a matrix of y
        int columns,      // of a matrix of y
        int inputs,       // terms of a sum
        int transposed,   // whether b lies by columns of y
        int extent_1,     // of the second leading axis
        int extent_2,     // of the third
        int extent_3,     // of the innermost one; the grid says the outermost
        int a_stride_0,   // elements between matrices of a along each leading axis; 0: the same matrix
        int a_stride_1,   // second
        int a_stride_2,   // third
        int a_stride_3,   // innermost
        int b_stride_0,   // elements between matrices of b along each leading axis
        int b_stride_1,   // second
        int b_stride_2,   // third
        int b_stride_3) {  // innermost
    __shared__ float left[MATMUL_TILE][MATMUL_TILE + 1], right[MATMUL_TILE][MATMUL_TILE + 1];  // [row][input], [input][column]
    const int across = (columns + MATMUL_TILE - 1) / MATMUL_TILE, down = (rows + MATMUL_TILE - 1) / MATMUL_TILE;
    const int tile = blockIdx.x % (across * down), matrix = blockIdx.x / (across * down);
    const int first_row = tile / across * MATMUL_TILE, first_column = tile % across * MATMUL_TILE, x = threadIdx.x % 32, line = threadIdx.x / 32;
    a += leading_offset(matrix, extent_1, extent_2, extent_3, a_stride_0, a_stride_1, a_stride_2, a_stride_3);
    b += leading_offset(matrix, extent_1, extent_2, extent_3, b_stride_0, b_stride_1, b_stride_2, b_stride_3);
    float sums[4] = {}, partial[4] = {};
    for (int k = 0; k < inputs; k += MATMUL_TILE) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
            const int at = line + 8 * i, row = first_row + at, column = first_column + (transposed ? at : x), input = k + (transposed ? x : at);
            left[at][x] = row < rows && k + x < inputs ? a[static_cast<long long>(row) * inputs + k + x] : 0.f;
            const bool present = column < columns && input < inputs;
            const long long place = transposed ? static_cast<long long>(column) * inputs + input : static_cast<long long>(input) * columns + column;
            right[input - k][column - first_column] = present ? b[place] : 0.f;
        }
        __syncthreads();
#pragma unroll 8
        for (int j = 0; j < MATMUL_TILE; j++) {
            const float w = right[j][x];
#pragma unroll
            for (int i = 0; i < 4; i++) partial[i] = fmaf(left[line + 8 * i][j], w, partial[i]);
        }
        if ((k + MATMUL_TILE) % CHUNK == 0 || k + MATMUL_TILE >= inputs) {
#pragma unroll
            for (int i = 0; i < 4; i++) sums[i] += partial[i], partial[i] = 0.f;
        }
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const int row = first_row + line + 8 * i, column = first_column + x;
        if (row < rows && column < columns) y[(static_cast<long long>(matrix) * rows + row) * columns + column] = sums[i];
    }
}
