package io.vivace.kernels;

/** Launches of the kernels in {@code rearrange.cu}, generated from it. */
public final class RearrangeKernels {
    private RearrangeKernels() {}

    public static Launch swapAxes(String variant, Grid grid, long x, long y, int rows, int columns) {
        return new Launch("rearrange", Launch.variant("swap_axes", variant, "int32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(rows), Launch.bits(columns));
    }

    public static Launch permute(String variant, Grid grid, long x, long y, int size, int e1, int e2, int e3, int e4, int e5, int s0, int s1, int s2, int s3, int s4, int s5) {
        return new Launch("rearrange", Launch.variant("permute", variant, "int32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(size), Launch.bits(e1), Launch.bits(e2), Launch.bits(e3), Launch.bits(e4), Launch.bits(e5), Launch.bits(s0), Launch.bits(s1), Launch.bits(s2), Launch.bits(s3), Launch.bits(s4), Launch.bits(s5));
    }

    public static Launch pad(String variant, Grid grid, long x, long y, int size, int frames, int padded, int channels, int left, int longest, int mode) {
        return new Launch("rearrange", Launch.variant("pad", variant, "int32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(size), Launch.bits(frames), Launch.bits(padded), Launch.bits(channels), Launch.bits(left), Launch.bits(longest), Launch.bits(mode));
    }

    public static Launch unfold(String variant, Grid grid, long x, long y, int size, int frames, int windows, int channels, int kernel, int stride, int dilation) {
        return new Launch("rearrange", Launch.variant("unfold", variant, "int32", "bf16"), grid, 256, 0, Launch.bits(x), Launch.bits(y), Launch.bits(size), Launch.bits(frames), Launch.bits(windows), Launch.bits(channels), Launch.bits(kernel), Launch.bits(stride), Launch.bits(dilation));
    }
}
