// Planted bugs: barriers and lanes. Each kernel has a flag that plants its bug; without it, it is right.
#include "numbers.cuh"
#include "tickets.cuh"

// Every thread writes its element and reads the mirrored one.
extern "C" __global__ void __launch_bounds__(128) mirror(
        const float *x,   // [128]
        float *y,         // [128]
        int bug) {        // 1: no barrier between writing and reading
    __shared__ float line[128];
    line[threadIdx.x] = x[threadIdx.x];
    if (!bug) __syncthreads();
    y[threadIdx.x] = line[127 - threadIdx.x];
}

// Every thread reads what its left neighbour wrote, the first what the last wrote.
extern "C" __global__ void __launch_bounds__(128) rotate(
        const float *x,   // [128]
        float *y,         // [128]
        int bug) {        // 1: no barrier
    __shared__ float line[128];
    line[threadIdx.x] = x[threadIdx.x];
    if (!bug) __syncthreads();
    y[threadIdx.x] = threadIdx.x == 0 ? 0.f : line[threadIdx.x - 1];
}

// Two rounds through the same buffer.
extern "C" __global__ void __launch_bounds__(128) mirror_twice(
        const float *x,   // [2, 128]
        float *y,         // [2, 128]
        int bug) {        // 1: no barrier before the buffer is filled again
    __shared__ float line[128];
    for (int round = 0; round < 2; round++) {
        line[threadIdx.x] = x[128 * round + threadIdx.x];
        __syncthreads();
        y[128 * round + threadIdx.x] = line[127 - threadIdx.x];
        if (!bug) __syncthreads();
    }
}

// Lanes exchange through shared memory.
extern "C" __global__ void __launch_bounds__(32) mirror_in_warp(
        const float *x,   // [32]
        float *y,         // [32]
        int bug) {        // 1: takes for granted that lanes run in step
    __shared__ float line[32];
    line[threadIdx.x] = x[threadIdx.x];
    if (!bug) __syncwarp();
    y[threadIdx.x] = line[31 - threadIdx.x];
}

extern "C" __global__ void __launch_bounds__(128) first_warp_adds(
        const float *x,   // [128]
        float *y,         // [128]: the sum of the first 32, everywhere
        int bug) {        // 1: the second barrier is inside of the condition; 2: the others return before it
    __shared__ float line[128], sum;
    line[threadIdx.x] = x[threadIdx.x];
    __syncthreads();
    if (bug == 2 && threadIdx.x >= 32) return;
    if (threadIdx.x < 32) {
        const float total = warp_sum(line[threadIdx.x]);
        if (threadIdx.x == 0) sum = total;
        if (bug == 1) __syncthreads();
    }
    if (bug != 1) __syncthreads();
    y[threadIdx.x] = sum;
}

extern "C" __global__ void __launch_bounds__(32) half_sum(
        const float *x,   // [32]
        float *y,         // [1]: the sum of the first 16
        int bug) {        // 1: half of the lanes shuffle, by a mask of all; 2: by a mask of their own, but with lanes outside of it
    float value = x[threadIdx.x];
    if (!bug) value = threadIdx.x < 16 ? value : 0.f;
    if (!bug) value = warp_sum(value);
    else if (threadIdx.x < 16) {
        const uint32_t mask = bug == 1 ? 0xffffffffu : 0x0000ffffu;
        for (int offset = bug == 1 ? 8 : 16; offset > 0; offset >>= 1) value += __shfl_xor_sync(mask, value, offset);
    }
    if (threadIdx.x == 0) *y = value;
}

template <typename T> __device__ __forceinline__ T mirrored(const T *x, int bug) {
    __shared__ T line[128];
    line[threadIdx.x] = x[threadIdx.x];
    if (!bug) __syncthreads();
    return line[127 - threadIdx.x];
}

// As mirror, through a template's shared memory.
extern "C" __global__ void __launch_bounds__(128) mirror_by_template(
        const float *x,   // [128]
        float *y,         // [128]
        int bug) {        // 1: no barrier
    y[threadIdx.x] = mirrored(x, bug);
}

// Blocks hand on a running sum.
extern "C" __global__ void __launch_bounds__(32) chain(
        const float *x,   // [blocks]
        float *y,         // [blocks]: with the bug, sums of all before
        int bug) {        // 1: a block reads what the one before it wrote in this launch
    if (threadIdx.x != 0) return;
    float sum = 0.f;
    if (bug) sum = blockIdx.x == 0 ? x[0] : y[blockIdx.x - 1] + x[blockIdx.x];
    else for (int i = 0; i <= static_cast<int>(blockIdx.x); i++) sum += x[i];
    y[blockIdx.x] = sum;
}

// Blocks double their numbers, as many others mirror what those have made, in one launch.
extern "C" __global__ void __launch_bounds__(32) double_then_mirror(
        const float *x,   // [blocks / 2, 32]
        float *y,         // [blocks, 32]: doubled, then mirrored
        int *tickets,     // [2]
        int bug) {        // 1: nobody waits for the doubled numbers; 2: a block's work goes by its index
    const int half = static_cast<int>(gridDim.x) / 2, i = threadIdx.x;
    const auto doubles = [&](int block) { y[32 * block + i] = 2.f * x[32 * block + i]; };
    const auto mirrors = [&](int block, auto ready) {
        if (bug != 1) ready();
        y[32 * (half + block) + i] = y[32 * (half - 1 - block) + 31 - i];
    };
    const Tickets all = {tickets, half, half};
    if (bug != 2) return one_after_the_other(all, doubles, mirrors);
    const int index = blockIdx.x;
    if (i == 0) Tickets::all() = half | half << 16;
    if (index < half) doubles(index);
    else mirrors(index - half, [&] { all.wait(); });
    all.done(index < half ? 1 : 1 << 16);
}
