// Axes in another order, padding and windows of frames. Elements are moved as bits: the int32 kernels serve float32 as well.
#include "numbers.cuh"

// Swaps two axes through a tile of shared memory, so that reads and writes both run along memory. One column more than the tile has keeps
// the column that a warp reads in different banks.
template <typename T> __device__ __forceinline__ void swap_axes(const T *x, T *y, int rows, int columns) {
    __shared__ T tile[32][33];
    const int across = (columns + 31) / 32, down = (rows + 31) / 32, matrix = blockIdx.x / (across * down);
    const int rest = blockIdx.x - matrix * across * down, row = rest / across * 32, column = rest % across * 32;
    const int lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
    x += static_cast<long long>(matrix) * rows * columns;
    y += static_cast<long long>(matrix) * rows * columns;
#pragma unroll
    for (int i = warp; i < 32; i += 8) {
        if (row + i < rows && column + lane < columns) tile[i][lane] = x[static_cast<long long>(row + i) * columns + column + lane];
    }
    __syncthreads();
#pragma unroll
    for (int i = warp; i < 32; i += 8) {
        if (column + i < columns && row + lane < rows) y[static_cast<long long>(column + i) * rows + row + lane] = tile[lane][i];
    }
}

template <typename T>
__device__ __forceinline__ void permute(const T *x, T *y, unsigned size, int e1, int e2, int e3, int e4, int e5,
                                        int s0, int s1, int s2, int s3, int s4, int s5) {
    const unsigned i = blockIdx.x * 256u + threadIdx.x;
    if (i >= size) return;
    unsigned rest = i, at = rest % e5 * s5;
    rest /= e5;
    at += rest % e4 * s4;
    rest /= e4;
    at += rest % e3 * s3;
    rest /= e3;
    at += rest % e2 * s2;
    rest /= e2;
    at += rest % e1 * s1 + rest / e1 * s0;
    y[i] = x[at];
}

// The ordinals of io.vivace.graph.Rearrangement.Pad.Mode.
enum Pad { ZERO, REFLECT, REPLICATE };

// The frame that stands at a place before, in or after a signal; -1 for a zero. A signal too short to be reflected counts as
// longer, with zeros on the right.
__device__ __forceinline__ int source_frame(int mode, int frame, int frames, int longest) {
    int source = frame;
    if (mode == REPLICATE) source = frame < 0 ? 0 : frame < frames ? frame : frames - 1;
    if (mode == REFLECT) {
        const int last = (frames > longest + 1 ? frames : longest + 1) - 1;
        source = frame < 0 ? -frame : frame > last ? 2 * last - frame : frame;
    }
    return source < 0 || source >= frames ? -1 : source;
}

template <typename T>
__device__ __forceinline__ void pad(const T *x, T *y, unsigned size, int frames, int padded, int channels, int left, int longest, int mode, T zero) {
    const unsigned i = blockIdx.x * 256u + threadIdx.x;
    if (i >= size) return;
    const unsigned row = i / channels, batch = row / padded;
    const int channel = i - row * channels, source = source_frame(mode, static_cast<int>(row - batch * padded) - left, frames, longest);
    y[i] = source < 0 ? zero : x[(static_cast<long long>(batch) * frames + source) * channels + channel];
}

template <typename T>
__device__ __forceinline__ void unfold(const T *x, T *y, unsigned size, int frames, int windows, int channels, int kernel, int stride, int dilation) {
    const unsigned i = blockIdx.x * 256u + threadIdx.x;
    if (i >= size) return;
    const unsigned row = i / channels, window = row / kernel, batch = window / windows;
    const int channel = i - row * channels, frame = (window - batch * windows) * stride + (row - window * kernel) * dilation;
    y[i] = x[(static_cast<long long>(batch) * frames + frame) * channels + channel];
}

extern "C" __global__ void __launch_bounds__(256) swap_axes_int32(
        const int *x,   // [matrices, rows, columns]
        int *y,         // [matrices, columns, rows]; the grid is the matrices times their tiles of 32 x 32
        int rows,       // of x
        int columns) {  // of x
    swap_axes(x, y, rows, columns);
}

extern "C" __global__ void __launch_bounds__(256) swap_axes_bf16(const bf16 *x, bf16 *y, int rows, int columns) {  // as swap_axes_int32
    swap_axes(reinterpret_cast<const unsigned short *>(x), reinterpret_cast<unsigned short *>(y), rows, columns);
}

extern "C" __global__ void __launch_bounds__(256) permute_int32(
        const int *x,                                      // any order of axes
        int *y,                                            // dense
        int size,                                          // elements; the grid covers them
        int e1, int e2, int e3, int e4, int e5,            // extents of y's axes but for the outermost, the innermost last
        int s0, int s1, int s2, int s3, int s4, int s5) {  // strides of x along y's axes
    permute(x, y, size, e1, e2, e3, e4, e5, s0, s1, s2, s3, s4, s5);
}

extern "C" __global__ void __launch_bounds__(256) permute_bf16(  // as permute_int32
        const bf16 *x, bf16 *y, int size, int e1, int e2, int e3, int e4, int e5, int s0, int s1, int s2, int s3, int s4, int s5) {
    permute(x, y, size, e1, e2, e3, e4, e5, s0, s1, s2, s3, s4, s5);
}

extern "C" __global__ void __launch_bounds__(256) pad_int32(
        const int *x,  // [batch, frames, channels]
        int *y,        // [batch, padded, channels]
        int size,      // elements of y; the grid covers them
        int frames,    // of x
        int padded,    // frames of y
        int channels,  // of a frame
        int left,      // frames before x
        int longest,   // the more of the frames before and after
        int mode) {    // Pad
    pad(x, y, size, frames, padded, channels, left, longest, mode, 0);
}

extern "C" __global__ void __launch_bounds__(256) pad_bf16(  // as pad_int32
        const bf16 *x, bf16 *y, int size, int frames, int padded, int channels, int left, int longest, int mode) {
    pad(x, y, size, frames, padded, channels, left, longest, mode, __float2bfloat16(0.f));
}

extern "C" __global__ void __launch_bounds__(256) unfold_int32(
        const int *x,    // [batch, frames, channels]
        int *y,          // [batch, windows, kernel, channels]
        int size,        // elements of y; the grid covers them
        int frames,      // of x
        int windows,     // of y
        int channels,    // of a frame
        int kernel,      // frames of a window
        int stride,      // frames from window to window
        int dilation) {  // frames from tap to tap
    unfold(x, y, size, frames, windows, channels, kernel, stride, dilation);
}

extern "C" __global__ void __launch_bounds__(256) unfold_bf16(  // as unfold_int32
        const bf16 *x, bf16 *y, int size, int frames, int windows, int channels, int kernel, int stride, int dilation) {
    unfold(x, y, size, frames, windows, channels, kernel, stride, dilation);
}
