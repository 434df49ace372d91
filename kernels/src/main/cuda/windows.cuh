// Rows of a product that are windows of an image [height, width, channels], channels innermost: what a convolution multiplies, taken from x
// as it is being loaded. A signal is an image of height 1. Taps are outermost: input k of a window is channel k % channels of tap k / channels.
#pragma once
#include "products.cuh"

// The ordinals of io.vivace.graph.Rearrangement.Pad.Mode: what lies left and right of an image. Above and below it there are zeros.
enum Padding { ZERO, REFLECT, REPLICATE };

template <typename X> struct Windows {
    const X *x;
    int height, width, channels, stride;  // stride: elements from pixel to pixel
    int down, across;                     // windows of an image
    int kernel_width, step_down, step_across, dilation_down, dilation_across, top, left;
    int padding, last;                    // last: the place at which a signal is reflected on the right
    int rows, inputs;
    bool fours, eights;                   // whether so many neighbouring channels can be loaded at once

    struct Row {
        const X *image;  // null: absent, all zeros
        int y, x;        // of the window's first tap
    };

    __device__ __forceinline__ Row row(int index) const {
        if (index >= rows) return {nullptr, 0, 0};
        const int windows = down * across, image = index / windows, window = index - image * windows, y = window / across;
        return {x + static_cast<long long>(image) * height * width * stride, y * step_down - top, (window - y * across) * step_across - left};
    }

    // The pixel under a tap, or null for zeros.
    __device__ __forceinline__ const X *pixel(Row row, int tap) const {
        int y = row.y, at = row.x;
        if (tap >= kernel_width) {
            const int line = tap / kernel_width;
            y += line * dilation_down, tap -= line * kernel_width;
        }
        at += tap * dilation_across;
        if (padding == REPLICATE) at = max(0, min(at, width - 1));
        if (padding == REFLECT) at = at < 0 ? -at : at > last ? 2 * last - at : at;
        if (!row.image || y < 0 || y >= height || at < 0 || at >= width) return nullptr;
        return row.image + (static_cast<long long>(y) * width + at) * stride;
    }

    __device__ __forceinline__ float one(Row row, int k) const {
        if (k >= inputs) return 0.f;
        const int tap = k / channels;
        const X *from = pixel(row, tap);
        return from ? load(from + (k - tap * channels)) : 0.f;
    }

    // Inputs k … k + 3, k a multiple of 4; zeros behind the last.
    __device__ __forceinline__ float4 four(Row row, int k) const {
        if (!fours) return make_float4(one(row, k), one(row, k + 1), one(row, k + 2), one(row, k + 3));
        const int tap = k / channels;
        const X *from = k < inputs ? pixel(row, tap) : nullptr;
        return from ? load4(from + (k - tap * channels)) : make_float4(0.f, 0.f, 0.f, 0.f);
    }

    // Inputs k … k + 7 where eights are to be had; null: zeros.
    __device__ __forceinline__ const X *eight(Row row, int k) const {
        const int tap = k / channels;
        const X *from = k < inputs ? pixel(row, tap) : nullptr;
        return from ? from + (k - tap * channels) : nullptr;
    }
};

// Where the sums of windows go: one window after the other, of each image the `kept` elements from `cut` on. A window of a transposed
// convolution makes several neighbouring frames, and the first and last of them may be cut off.
template <typename Y> struct WindowResult {
    Y *y;
    const Y *residual;           // like y, or null
    const float *scales, *bias;  // [outputs], [channels], or null
    int rows, outputs;           // outputs: of a window
    int windows, channels;       // of an image; of a frame
    long long cut, kept;
    int activation;

    // Where an output of a window lies in y; −1: cut off.
    __device__ __forceinline__ long long place(int row, int output) const {
        const int image = row / windows;
        const long long at = static_cast<long long>(row - image * windows) * outputs + output - cut;
        return at < 0 || at >= kept ? -1 : image * kept + at;
    }

    __device__ __forceinline__ void put(int row, int output, float sum) const {
        const long long at = place(row, output);
        if (at < 0) return;
        store(y + at, finished(sum, scales ? scales[output] : 1.f, bias ? bias[output % channels] : 0.f, residual ? load(residual + at) : 0.f, activation));
    }

    __device__ __forceinline__ bool in_fours() const {
        return by_four(y, outputs) && (!residual || by_four(residual, 0)) && ((cut | kept | channels) & 3) == 0;
    }

    __device__ __forceinline__ void put_four(int row, int output, float4 sums) const {
        const long long at = place(row, output);
        if (at < 0) return;
        const float4 scale = scales ? load4(scales + output) : make_float4(1.f, 1.f, 1.f, 1.f), offset = four_of(bias, output % channels, channels);
        const float4 added = residual ? load4(residual + at) : make_float4(0.f, 0.f, 0.f, 0.f);
        store4(y + at, finished_four(sums, scale, offset, added, activation));
    }
};
