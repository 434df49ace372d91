package io.vivace.kernels;

/** Launches of the kernels in {@code conv.cu}, generated from it. */
public final class ConvKernels {
    private ConvKernels() {}

    public static Launch conv(String variant, Grid grid, long x, long panels, long scales, long bias, long residual, long y, int images, int height, int width, int channels, int xStride, int windowsDown, int windowsAcross, int kernelHeight, int kernelWidth, int stepDown, int stepAcross, int dilationDown, int dilationAcross, int top, int left, int padding, int longest, int outputs, int resultChannels, long cut, long kept, int activation) {
        return new Launch("conv", Launch.variant("conv", variant, "f32_f32_f32", "f32_f32_bf16", "f32_f32_int8", "bf16_bf16_f32", "bf16_bf16_bf16", "bf16_bf16_int8", "bf16_f32_f32", "bf16_f32_bf16", "bf16_f32_int8"), grid, 128, 0, Launch.bits(x), Launch.bits(panels), Launch.bits(scales), Launch.bits(bias), Launch.bits(residual), Launch.bits(y), Launch.bits(images), Launch.bits(height), Launch.bits(width), Launch.bits(channels), Launch.bits(xStride), Launch.bits(windowsDown), Launch.bits(windowsAcross), Launch.bits(kernelHeight), Launch.bits(kernelWidth), Launch.bits(stepDown), Launch.bits(stepAcross), Launch.bits(dilationDown), Launch.bits(dilationAcross), Launch.bits(top), Launch.bits(left), Launch.bits(padding), Launch.bits(longest), Launch.bits(outputs), Launch.bits(resultChannels), Launch.bits(cut), Launch.bits(kept), Launch.bits(activation));
    }

    public static Launch convLarge(String variant, Grid grid, long x, long panels, long scales, long bias, long residual, long y, int images, int height, int width, int channels, int xStride, int windowsDown, int windowsAcross, int kernelHeight, int kernelWidth, int stepDown, int stepAcross, int dilationDown, int dilationAcross, int top, int left, int padding, int longest, int outputs, int resultChannels, long cut, long kept, int activation) {
        return new Launch("conv", Launch.variant("conv_large", variant, "bf16_bf16_bf16", "bf16_bf16_int8"), grid, 256, 98304, Launch.bits(x), Launch.bits(panels), Launch.bits(scales), Launch.bits(bias), Launch.bits(residual), Launch.bits(y), Launch.bits(images), Launch.bits(height), Launch.bits(width), Launch.bits(channels), Launch.bits(xStride), Launch.bits(windowsDown), Launch.bits(windowsAcross), Launch.bits(kernelHeight), Launch.bits(kernelWidth), Launch.bits(stepDown), Launch.bits(stepAcross), Launch.bits(dilationDown), Launch.bits(dilationAcross), Launch.bits(top), Launch.bits(left), Launch.bits(padding), Launch.bits(longest), Launch.bits(outputs), Launch.bits(resultChannels), Launch.bits(cut), Launch.bits(kept), Launch.bits(activation));
    }
}
