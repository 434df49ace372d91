// What kernels may use beyond plain CUDA C++: the few instructions that a CPU cannot run. nvcc gets them as inline PTX, g++ as emulation
// (kernels/emulator), so that every kernel runs, and is tested, on a machine without a GPU.
#pragma once
#include <stdint.h>

#ifdef __CUDACC__
#include <cuda_bf16.h>

typedef __nv_bfloat16 bf16;

// Declares T *name: the block's dynamic shared memory. One a kernel.
#define DYNAMIC_SHARED(T, name) \
    extern __shared__ __align__(16) unsigned char dynamic_shared[]; \
    T *name = reinterpret_cast<T *>(dynamic_shared)

__device__ __forceinline__ uint32_t shared_address(const void *p) { return static_cast<uint32_t>(__cvta_generic_to_shared(p)); }

// Begins a copy of 16 bytes, both sides aligned to 16; where not present, zeros are written and nothing is read.
__device__ __forceinline__ void copy_async16(void *shared, const void *global, bool present = true) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;\n" ::"r"(shared_address(shared)), "l"(global), "r"(present ? 16 : 0));
}

__device__ __forceinline__ void copy_async_commit() { asm volatile("cp.async.commit_group;\n"); }

// Waits until at most N of this thread's committed groups are still on their way. Other threads' copies need a barrier as well.
template <int N> __device__ __forceinline__ void copy_async_wait() { asm volatile("cp.async.wait_group %0;\n" ::"n"(N)); }

// Loads 8x8 tiles of 16-bit elements: lane i gives the 16-byte aligned address of row i % 8 of tile i / 8; each lane receives two
// neighbouring elements of every tile, from row lane / 4, columns 2 (lane % 4) and the next.
__device__ __forceinline__ void load_matrix4(uint32_t (&r)[4], const void *row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];\n"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(shared_address(row)));
}

__device__ __forceinline__ void load_matrix4_transposed(uint32_t (&r)[4], const void *row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];\n"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(shared_address(row)));
}

__device__ __forceinline__ void load_matrix2(uint32_t (&r)[2], const void *row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0,%1}, [%2];\n" : "=r"(r[0]), "=r"(r[1]) : "r"(shared_address(row)));
}

__device__ __forceinline__ void load_matrix2_transposed(uint32_t (&r)[2], const void *row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0,%1}, [%2];\n" : "=r"(r[0]), "=r"(r[1]) : "r"(shared_address(row)));
}

// d += a·b on tensor cores: a is 16x16 (row-major fragments), b 16x8 (column-major fragments), d 16x8, see PTX mma.m16n8k16.
__device__ __forceinline__ void multiply_add(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};\n"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// 2^x to about 2 units in the last place; for bf16 paths only.
__device__ __forceinline__ float exp2_fast(float x) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

#else
#include "emulation.cuh"
#endif

// Remembers that the data of a node was at fault, the first report only: trouble[0] is the node + 1, trouble[1] the value.
__device__ inline void report(int *trouble, int node, int value) {
    if (atomicCAS(trouble, 0, node + 1) == 0) trouble[1] = value;
}
