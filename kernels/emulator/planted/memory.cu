// Planted bugs: addresses.
#include "numbers.cuh"

extern "C" __global__ void __launch_bounds__(64) twice(
        const float *x,   // [count]
        float *y,         // [count]
        int count,
        int bug) {        // 1: reads one past the end; 2: writes one past the end; 3: reads far outside
    const int i = blockIdx.x * 64 + threadIdx.x;
    if (i < count || (bug == 2 && i == count)) y[i] = 2.f * (bug == 1 && i + 1 == count ? x[count] : x[bug == 3 ? i + (1 << 28) : min(i, count - 1)]);
}

extern "C" __global__ void __launch_bounds__(64) neighbours(
        const float *x,   // [64]
        float *y,         // [64]: each with the one after it; the last alone
        int bug) {        // 1: reads one past the end of the shared array; 2: the array is never filled
    __shared__ float line[64];
    if (bug != 2) line[threadIdx.x] = x[threadIdx.x];
    __syncthreads();
    const int next = threadIdx.x + 1;
    y[threadIdx.x] = line[threadIdx.x] + (next < 64 || bug == 1 ? line[next] : 0.f);
}

extern "C" __global__ void __launch_bounds__(32) twice_by_four(
        const float *x,   // [129]
        float *y,         // [128]
        int bug) {        // 1: loads four at once from an address that is not a multiple of 16
    const float4 v = load4(x + 4 * threadIdx.x + bug);
    store4(y + 4 * threadIdx.x, make_float4(2.f * v.x, 2.f * v.y, 2.f * v.z, 2.f * v.w));
}
