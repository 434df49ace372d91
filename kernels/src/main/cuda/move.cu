// Elements that move in runs: copies, parts of an axis, and parts whose place is known only when the kernel runs. Elements are moved as bits:
// the int32 kernels serve float32 as well. A run goes 16 bytes at a time where both of its ends allow.
#include "numbers.cuh"

template <typename T>
__device__ __forceinline__ void copy_each(const T *x, T *y, int rows, int length, long long x_pitch, long long y_pitch) {
    const unsigned all = static_cast<unsigned>(rows) * length, stride = gridDim.x * 256u;
    for (unsigned i = blockIdx.x * 256u + threadIdx.x; i < all; i += stride) {
        const unsigned row = i / length, column = i - row * length;
        y[row * y_pitch + column] = x[row * x_pitch + column];
    }
}

__device__ __forceinline__ bool by_sixteen(const void *x, const void *y, int element, int length, int x_pitch, int y_pitch) {
    const int pack = 16 / element - 1;
    return ((reinterpret_cast<uintptr_t>(x) | reinterpret_cast<uintptr_t>(y)) & 15) == 0 && ((length | x_pitch | y_pitch) & pack) == 0;
}

template <typename T> __device__ __forceinline__ void copy_rows(const T *x, T *y, int rows, int length, int x_pitch, int y_pitch) {
    if (by_sixteen(x, y, sizeof(T), length, x_pitch, y_pitch)) {
        const int pack = 16 / sizeof(T);
        copy_each(reinterpret_cast<const uint4 *>(x), reinterpret_cast<uint4 *>(y), rows, length / pack, x_pitch / pack, y_pitch / pack);
    } else {
        copy_each(x, y, rows, length, x_pitch, y_pitch);
    }
}

__device__ __forceinline__ bool inside(int position, int most) { return position >= 0 && position <= most; }

// A window outside is reported, and what is read instead does not matter.
template <typename T>
__device__ __forceinline__ void window(const T *x, const int *position, T *y, int rows, int length, int pitch, int inner, int most, int *trouble, int node) {
    const int at = *position;
    if (inside(at, most)) copy_rows(x + static_cast<long long>(at) * inner, y, rows, length, pitch, length);
    else if (blockIdx.x == 0 && threadIdx.x == 0) report(trouble, node, at);
}

// What would lie outside is not written at all.
template <typename T>
__device__ __forceinline__ void write(T *state, const int *position, const T *x, int rows, int length, int pitch, int inner, int most, int *trouble, int node) {
    const int at = *position;
    if (inside(at, most)) copy_rows(x, state + static_cast<long long>(at) * inner, rows, length, length, pitch);
    else if (blockIdx.x == 0 && threadIdx.x == 0) report(trouble, node, at);
}

extern "C" __global__ void __launch_bounds__(256) copy_int32(
        const int *x,   // first element of the first run
        int *y,         // where it goes
        int rows,       // runs
        int length,     // elements of a run
        int x_pitch,    // elements from run to run in x
        int y_pitch) {  // elements from run to run in y; any grid will do
    copy_rows(x, y, rows, length, x_pitch, y_pitch);
}

extern "C" __global__ void __launch_bounds__(256) copy_bf16(  // as copy_int32
        const bf16 *x, bf16 *y, int rows, int length, int x_pitch, int y_pitch) {
    copy_rows(x, y, rows, length, x_pitch, y_pitch);
}

extern "C" __global__ void __launch_bounds__(256) window_int32(
        const int *x,         // [rows, extent, inner]
        const int *position,  // [1], where the window begins on the middle axis
        int *y,               // [rows, count, inner]
        int rows,             // walks over the axis
        int length,           // count inner
        int pitch,            // extent inner
        int inner,            // elements from one place of the axis to the next
        int most,             // extent - count: the last position that is possible
        int *trouble,         // where a position outside is reported
        int node) {           // number of the operation
    window(x, position, y, rows, length, pitch, inner, most, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) window_bf16(  // as window_int32
        const bf16 *x, const int *position, bf16 *y, int rows, int length, int pitch, int inner, int most, int *trouble, int node) {
    window(x, position, y, rows, length, pitch, inner, most, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) write_int32(
        int *state,           // [rows, extent, inner]
        const int *position,  // [1], where x goes on the middle axis
        const int *x,         // [rows, count, inner]
        int rows,             // walks over the axis
        int length,           // count inner
        int pitch,            // extent inner
        int inner,            // elements from one place of the axis to the next
        int most,             // extent - count: the last position that is possible
        int *trouble,         // where a position outside is reported
        int node) {           // number of the operation
    write(state, position, x, rows, length, pitch, inner, most, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) write_bf16(  // as write_int32
        bf16 *state, const int *position, const bf16 *x, int rows, int length, int pitch, int inner, int most, int *trouble, int node) {
    write(state, position, x, rows, length, pitch, inner, most, trouble, node);
}
