package io.vivace.kernels;

/** Launches of the kernels in {@code ssd_chunks.cu}, generated from it. */
public final class SsdChunksKernels {
    private SsdChunksKernels() {}

    public static Launch dualityScores(String variant, Grid grid, long b, int bStride, long c, int cStride, long scores, int groups, int states, int frames) {
        return new Launch("ssd_chunks", Launch.variant("duality_scores", variant, "bf16"), grid, 128, 0, Launch.bits(b), Launch.bits(bStride), Launch.bits(c), Launch.bits(cStride), Launch.bits(scores), Launch.bits(groups), Launch.bits(states), Launch.bits(frames));
    }

    public static Launch dualityChunks(String variant, Grid grid, long x, int xStride, long delta, int deltaStride, long b, int bStride, long c, int cStride, long gate, int gateStride, long scores, long bias, long a, long skip, int skipEach, long state, long y, int heads, int size, int groups, int states, int frames, float least, float most) {
        return new Launch("ssd_chunks", Launch.variant("duality_chunks", variant, "bf16"), grid, 128, 78336, Launch.bits(x), Launch.bits(xStride), Launch.bits(delta), Launch.bits(deltaStride), Launch.bits(b), Launch.bits(bStride), Launch.bits(c), Launch.bits(cStride), Launch.bits(gate), Launch.bits(gateStride), Launch.bits(scores), Launch.bits(bias), Launch.bits(a), Launch.bits(skip), Launch.bits(skipEach), Launch.bits(state), Launch.bits(y), Launch.bits(heads), Launch.bits(size), Launch.bits(groups), Launch.bits(states), Launch.bits(frames), Launch.bits(least), Launch.bits(most));
    }
}
