// Convolutions as products: the rows are windows of x, gathered while they are loaded, so that nothing is unfolded in memory. One dimension is an
// image of height 1; a transposed convolution is a plain one whose windows make several frames each. A sum runs over taps and channels in
// their order, whatever lies around the window, so a clip may be cut anywhere.
#include "tiles.cuh"
#include "windows.cuh"

template <typename X>
__device__ __forceinline__ Windows<X> windows(const X *x, int images, int height, int width, int channels, int x_stride, int down, int across,
                                              int kernel_height, int kernel_width, int step_down, int step_across, int dilation_down, int dilation_across,
                                              int top, int left, int padding, int longest) {
    return {x, height, width, channels, x_stride, down, across, kernel_width, step_down, step_across, dilation_down, dilation_across, top, left,
            padding, max(width, longest + 1) - 1, images * down * across, kernel_height * kernel_width * channels,
            (channels & 3) == 0 && by_four(x, x_stride), (channels & 7) == 0 && by_eight(x, x_stride)};
}

extern "C" __global__ void __launch_bounds__(128) conv_f32_f32_f32(
        const float *x,          // [images, height, width, channels]
        const float *panels,     // [outputs / 64][kernel_height · kernel_width · channels][64]
        const float *scales,     // [outputs], of int8 weights; or null
        const float *bias,       // [result_channels], or null
        const float *residual,   // like y, or null
        float *y,                // [images, kept]
        int images,              // batch
        int height,              // pixels; 1 for a signal
        int width,               // pixels, or frames
        int channels,            // of a pixel
        int x_stride,            // elements from pixel to pixel
        int windows_down,        // of an image
        int windows_across,      // of an image; the grid covers windows and outputs by 64, or by 128 where large
        int kernel_height,       // taps
        int kernel_width,        // taps
        int step_down,           // pixels from window to window
        int step_across,         // pixels from window to window
        int dilation_down,       // pixels from tap to tap
        int dilation_across,     // pixels from tap to tap
        int top,                 // pixels of zeros above the image
        int left,                // pixels of padding before the image
        int padding,             // ordinal of Padding
        int longest,             // the longer of the paddings left and right, pixels
        int outputs,             // of a window
        int result_channels,     // of a frame of y: outputs, or a part of them where a window makes several frames
        long long cut,           // elements of an image's windows that are cut off before y
        long long kept,          // elements of an image in y
        int activation) {        // ordinal of Activation
    __shared__ __align__(16) unsigned char shared[FMA_SHARED];
    small_tile(shared, windows(x, images, height, width, channels, x_stride, windows_down, windows_across, kernel_height, kernel_width, step_down, step_across,
                       dilation_down, dilation_across, top, left, padding, longest), panels,
               WindowResult<float>{y, residual, scales, bias, images * windows_down * windows_across, outputs, windows_down * windows_across,
                                   result_channels, cut, kept, activation});
}

extern "C" __global__ void __launch_bounds__(128) conv_f32_f32_bf16(  // as conv_f32_f32_f32
        const float *x, const bf16 *panels, const float *scales, const float *bias, const float *residual, float *y, int images, int height, int width,
        int channels, int x_stride, int windows_down, int windows_across, int kernel_height, int kernel_width, int step_down, int step_across,
        int dilation_down, int dilation_across, int top, int left, int padding, int longest, int outputs, int result_channels, long long cut, long long kept,
        int activation) {
    __shared__ __align__(16) unsigned char shared[FMA_SHARED];
    small_tile(shared, windows(x, images, height, width, channels, x_stride, windows_down, windows_across, kernel_height, kernel_width, step_down, step_across,
                       dilation_down, dilation_across, top, left, padding, longest), panels,
               WindowResult<float>{y, residual, scales, bias, images * windows_down * windows_across, outputs, windows_down * windows_across,
                                   result_channels, cut, kept, activation});
}

extern "C" __global__ void __launch_bounds__(128) conv_f32_f32_int8(  // as conv_f32_f32_f32
        const float *x, const int8_t *panels, const float *scales, const float *bias, const float *residual, float *y, int images, int height, int width,
        int channels, int x_stride, int windows_down, int windows_across, int kernel_height, int kernel_width, int step_down, int step_across,
        int dilation_down, int dilation_across, int top, int left, int padding, int longest, int outputs, int result_channels, long long cut, long long kept,
        int activation) {
    __shared__ __align__(16) unsigned char shared[FMA_SHARED];
    small_tile(shared, windows(x, images, height, width, channels, x_stride, windows_down, windows_across, kernel_height, kernel_width, step_down, step_across,
                       dilation_down, dilation_across, top, left, padding, longest), panels,
               WindowResult<float>{y, residual, scales, bias, images * windows_down * windows_across, outputs, windows_down * windows_across,
                                   result_channels, cut, kept, activation});
}

extern "C" __global__ void __launch_bounds__(128) conv_bf16_bf16_f32(  // as conv_f32_f32_f32
        const bf16 *x, const float *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y, int images, int height, int width,
        int channels, int x_stride, int windows_down, int windows_across, int kernel_height, int kernel_width, int step_down, int step_across,
        int dilation_down, int dilation_across, int top, int left, int padding, int longest, int outputs, int result_channels, long long cut, long long kept,
        int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, windows(x, images, height, width, channels, x_stride, windows_down, windows_across, kernel_height, kernel_width, step_down, step_across,
                       dilation_down, dilation_across, top, left, padding, longest), panels,
               WindowResult<bf16>{y, residual, scales, bias, images * windows_down * windows_across, outputs, windows_down * windows_across,
                                   result_channels, cut, kept, activation});
}

extern "C" __global__ void __launch_bounds__(128) conv_bf16_bf16_bf16(  // as conv_f32_f32_f32
        const bf16 *x, const bf16 *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y, int images, int height, int width,
        int channels, int x_stride, int windows_down, int windows_across, int kernel_height, int kernel_width, int step_down, int step_across,
        int dilation_down, int dilation_across, int top, int left, int padding, int longest, int outputs, int result_channels, long long cut, long long kept,
        int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, windows(x, images, height, width, channels, x_stride, windows_down, windows_across, kernel_height, kernel_width, step_down, step_across,
                       dilation_down, dilation_across, top, left, padding, longest), panels,
               WindowResult<bf16>{y, residual, scales, bias, images * windows_down * windows_across, outputs, windows_down * windows_across,
                                   result_channels, cut, kept, activation});
}

extern "C" __global__ void __launch_bounds__(128) conv_bf16_bf16_int8(  // as conv_f32_f32_f32
        const bf16 *x, const int8_t *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y, int images, int height, int width,
        int channels, int x_stride, int windows_down, int windows_across, int kernel_height, int kernel_width, int step_down, int step_across,
        int dilation_down, int dilation_across, int top, int left, int padding, int longest, int outputs, int result_channels, long long cut, long long kept,
        int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, windows(x, images, height, width, channels, x_stride, windows_down, windows_across, kernel_height, kernel_width, step_down, step_across,
                       dilation_down, dilation_across, top, left, padding, longest), panels,
               WindowResult<bf16>{y, residual, scales, bias, images * windows_down * windows_across, outputs, windows_down * windows_across,
                                   result_channels, cut, kept, activation});
}

extern "C" __global__ void __launch_bounds__(128) conv_bf16_f32_f32(  // as conv_f32_f32_f32
        const bf16 *x, const float *panels, const float *scales, const float *bias, const float *residual, float *y, int images, int height, int width,
        int channels, int x_stride, int windows_down, int windows_across, int kernel_height, int kernel_width, int step_down, int step_across,
        int dilation_down, int dilation_across, int top, int left, int padding, int longest, int outputs, int result_channels, long long cut, long long kept,
        int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, windows(x, images, height, width, channels, x_stride, windows_down, windows_across, kernel_height, kernel_width, step_down, step_across,
                       dilation_down, dilation_across, top, left, padding, longest), panels,
               WindowResult<float>{y, residual, scales, bias, images * windows_down * windows_across, outputs, windows_down * windows_across,
                                   result_channels, cut, kept, activation});
}

extern "C" __global__ void __launch_bounds__(128) conv_bf16_f32_bf16(  // as conv_f32_f32_f32
        const bf16 *x, const bf16 *panels, const float *scales, const float *bias, const float *residual, float *y, int images, int height, int width,
        int channels, int x_stride, int windows_down, int windows_across, int kernel_height, int kernel_width, int step_down, int step_across,
        int dilation_down, int dilation_across, int top, int left, int padding, int longest, int outputs, int result_channels, long long cut, long long kept,
        int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, windows(x, images, height, width, channels, x_stride, windows_down, windows_across, kernel_height, kernel_width, step_down, step_across,
                       dilation_down, dilation_across, top, left, padding, longest), panels,
               WindowResult<float>{y, residual, scales, bias, images * windows_down * windows_across, outputs, windows_down * windows_across,
                                   result_channels, cut, kept, activation});
}

extern "C" __global__ void __launch_bounds__(128) conv_bf16_f32_int8(  // as conv_f32_f32_f32
        const bf16 *x, const int8_t *panels, const float *scales, const float *bias, const float *residual, float *y, int images, int height, int width,
        int channels, int x_stride, int windows_down, int windows_across, int kernel_height, int kernel_width, int step_down, int step_across,
        int dilation_down, int dilation_across, int top, int left, int padding, int longest, int outputs, int result_channels, long long cut, long long kept,
        int activation) {
    __shared__ __align__(16) unsigned char shared[SMALL_MMA_SHARED];
    small_tile(shared, windows(x, images, height, width, channels, x_stride, windows_down, windows_across, kernel_height, kernel_width, step_down, step_across,
                       dilation_down, dilation_across, top, left, padding, longest), panels,
               WindowResult<float>{y, residual, scales, bias, images * windows_down * windows_across, outputs, windows_down * windows_across,
                                   result_channels, cut, kept, activation});
}

// dynamic shared memory: 98304 bytes
extern "C" __global__ void __launch_bounds__(256) conv_large_bf16_bf16_bf16(  // as conv_f32_f32_f32
        const bf16 *x, const bf16 *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y, int images, int height, int width,
        int channels, int x_stride, int windows_down, int windows_across, int kernel_height, int kernel_width, int step_down, int step_across,
        int dilation_down, int dilation_across, int top, int left, int padding, int longest, int outputs, int result_channels, long long cut, long long kept,
        int activation) {
    DYNAMIC_SHARED(unsigned char, shared);
    large_tile(shared, windows(x, images, height, width, channels, x_stride, windows_down, windows_across, kernel_height, kernel_width, step_down, step_across,
                       dilation_down, dilation_across, top, left, padding, longest), panels,
               WindowResult<bf16>{y, residual, scales, bias, images * windows_down * windows_across, outputs, windows_down * windows_across,
                                   result_channels, cut, kept, activation});
}

// dynamic shared memory: 98304 bytes
extern "C" __global__ void __launch_bounds__(256) conv_large_bf16_bf16_int8(  // as conv_f32_f32_f32
        const bf16 *x, const int8_t *panels, const float *scales, const float *bias, const bf16 *residual, bf16 *y, int images, int height, int width,
        int channels, int x_stride, int windows_down, int windows_across, int kernel_height, int kernel_width, int step_down, int step_across,
        int dilation_down, int dilation_across, int top, int left, int padding, int longest, int outputs, int result_channels, long long cut, long long kept,
        int activation) {
    DYNAMIC_SHARED(unsigned char, shared);
    large_tile(shared, windows(x, images, height, width, channels, x_stride, windows_down, windows_across, kernel_height, kernel_width, step_down, step_across,
                       dilation_down, dilation_across, top, left, padding, longest), panels,
               WindowResult<bf16>{y, residual, scales, bias, images * windows_down * windows_across, outputs, windows_down * windows_across,
                                   result_channels, cut, kept, activation});
}
