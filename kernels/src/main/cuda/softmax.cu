// Softmax over the last axis, for scores that were made outside of attention. One block owns one row, and goes over it three times: for the
// greatest, the sum and the result; rows stay in the caches meanwhile. Floor: 8 bytes an element.
#include "numbers.cuh"

extern "C" __global__ void __launch_bounds__(256) softmax_f32(
        const float *x,   // [rows, columns]; the grid is the rows
        float *y,         // like x, and another place; a row of nothing but −∞ gives zeros
        int columns) {
    const float *row = x + static_cast<long long>(blockIdx.x) * columns;
    float *out = y + static_cast<long long>(blockIdx.x) * columns;
    float most = -INFINITY;
    for (int i = threadIdx.x; i < columns; i += 256) most = fmaxf(most, row[i]);
    most = block_max<256>(most);
    float sum = 0.f;
    for (int i = threadIdx.x; i < columns; i += 256) {
        const float weight = row[i] == -INFINITY ? 0.f : expf(row[i] - most);
        out[i] = weight;
        sum += weight;
    }
    sum = block_sum<256>(sum);
    const float part = sum == 0.f ? 0.f : 1.f / sum;
    for (int i = threadIdx.x; i < columns; i += 256) out[i] *= part;
}
