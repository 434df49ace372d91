// Planted bugs: asynchronous copies, ldmatrix and mma.sync.
#include "numbers.cuh"

// A ring of two buffers of 512 floats, the next one on its way while the block mirrors this one.
extern "C" __global__ void __launch_bounds__(128) ring(
        const float *x,   // [4, 512]
        float *y,         // [4, 512]: each row mirrored
        int bug) {        // 1: waits for one group too few; 2: no barrier after the wait; 3: a buffer is filled while others still read it
    __shared__ __align__(16) float buffer[2][512];
    const int at = 4 * threadIdx.x;
    copy_async16(&buffer[0][at], x + at);
    copy_async_commit();
    for (int row = 0; row < 4; row++) {
        if (row + 1 < 4) copy_async16(&buffer[(row + 1) & 1][at], x + 512 * (row + 1) + at);
        copy_async_commit();
        if (bug == 1) copy_async_wait<2>();
        else copy_async_wait<1>();
        if (bug != 2) __syncthreads();
        for (int i = 0; i < 4; i++) y[512 * row + at + i] = buffer[row & 1][511 - at - i];
        if (bug != 3) __syncthreads();
    }
}

// One tile on tensor cores: y = a·b.
extern "C" __global__ void __launch_bounds__(32) tile(
        const bf16 *a,    // [16, 16]
        const bf16 *b,    // [16, 8]
        float *y,         // [16, 8]
        int bug) {        // 1: a's registers 1 and 2 exchanged; 2: b not transposed; 3: a result's row by the wrong lanes; 4: a misaligned row
    __shared__ __align__(16) bf16 rows_a[16 * 16 + 8], rows_b[16 * 8];
    const int lane = threadIdx.x;
    for (int i = lane; i < 256; i += 32) rows_a[i] = a[i];
    for (int i = lane; i < 128; i += 32) rows_b[i] = b[i];
    __syncwarp();
    uint32_t fa[4], fb[2];
    load_matrix4(fa, rows_a + 16 * (lane & 15) + 8 * (lane >> 4) + (bug == 4 ? 1 : 0));
    if (bug == 2) load_matrix2(fb, rows_b + 8 * (lane & 15));
    else load_matrix2_transposed(fb, rows_b + 8 * (lane & 15));
    if (bug == 1) {
        const uint32_t swapped = fa[1];
        fa[1] = fa[2];
        fa[2] = swapped;
    }
    float d[4] = {0.f, 0.f, 0.f, 0.f};
    multiply_add(d, fa, fb);
    const int row = bug == 3 ? lane & 7 : lane >> 2, column = 2 * (bug == 3 ? lane >> 3 : lane & 3);
    y[8 * row + column] = d[0];
    y[8 * row + column + 1] = d[1];
    y[8 * (row + 8) + column] = d[2];
    y[8 * (row + 8) + column + 1] = d[3];
}

// dynamic shared memory: 65536 bytes
extern "C" __global__ void __launch_bounds__(64) mirror_large(
        const float *x,   // [16384]
        float *y,         // [16384]
        int bug) {        // 1: one past the end of the dynamic shared memory
    DYNAMIC_SHARED(float, line);
    for (int i = threadIdx.x; i < 16384; i += 64) line[i + (bug && i == 16383 ? 1 : 0)] = x[i];
    __syncthreads();
    for (int i = threadIdx.x; i < 16384; i += 64) y[i] = line[16383 - i];
}
