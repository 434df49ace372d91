package io.vivace.kernels;

/** Launches of the kernels in {@code scan.cu}, generated from it. */
public final class ScanKernels {
    private ScanKernels() {}

    public static Launch selectiveScan(String variant, Grid grid, long u, int uStride, long delta, int deltaStride, long b, int bStride, long c, int cStride, long gate, int gateStride, long bias, long a, long skip, long start, long finish, long y, int channels, int states, int frames, int chunk, int reversed) {
        return new Launch("scan", Launch.variant("selective_scan", variant, "f32", "bf16"), grid, 128, 0, Launch.bits(u), Launch.bits(uStride), Launch.bits(delta), Launch.bits(deltaStride), Launch.bits(b), Launch.bits(bStride), Launch.bits(c), Launch.bits(cStride), Launch.bits(gate), Launch.bits(gateStride), Launch.bits(bias), Launch.bits(a), Launch.bits(skip), Launch.bits(start), Launch.bits(finish), Launch.bits(y), Launch.bits(channels), Launch.bits(states), Launch.bits(frames), Launch.bits(chunk), Launch.bits(reversed));
    }

    public static Launch selectiveScanEnds(String variant, Grid grid, long u, int uStride, long delta, int deltaStride, long b, int bStride, long bias, long a, long ends, long totals, int channels, int states, int frames, int chunk, int reversed) {
        return new Launch("scan", Launch.variant("selective_scan_ends", variant, "f32", "bf16"), grid, 128, 0, Launch.bits(u), Launch.bits(uStride), Launch.bits(delta), Launch.bits(deltaStride), Launch.bits(b), Launch.bits(bStride), Launch.bits(bias), Launch.bits(a), Launch.bits(ends), Launch.bits(totals), Launch.bits(channels), Launch.bits(states), Launch.bits(frames), Launch.bits(chunk), Launch.bits(reversed));
    }

    public static Launch selectiveScanCuts(String variant, Grid grid, long ends, long totals, long a, long state, int channels, int states, int chunks) {
        return new Launch("scan", Launch.variant("selective_scan_cuts", variant, "f32", "bf16"), grid, 256, 0, Launch.bits(ends), Launch.bits(totals), Launch.bits(a), Launch.bits(state), Launch.bits(channels), Launch.bits(states), Launch.bits(chunks));
    }

    public static Launch selectiveScanStep(String variant, Grid grid, long u, int uStride, long delta, int deltaStride, long b, int bStride, long c, int cStride, long gate, int gateStride, long bias, long a, long skip, long state, long y, int channels, int states) {
        return new Launch("scan", Launch.variant("selective_scan_step", variant, "f32", "bf16"), grid, 128, 0, Launch.bits(u), Launch.bits(uStride), Launch.bits(delta), Launch.bits(deltaStride), Launch.bits(b), Launch.bits(bStride), Launch.bits(c), Launch.bits(cStride), Launch.bits(gate), Launch.bits(gateStride), Launch.bits(bias), Launch.bits(a), Launch.bits(skip), Launch.bits(state), Launch.bits(y), Launch.bits(channels), Launch.bits(states));
    }
}
