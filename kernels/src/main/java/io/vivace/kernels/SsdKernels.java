package io.vivace.kernels;

/** Launches of the kernels in {@code ssd.cu}, generated from it. */
public final class SsdKernels {
    private SsdKernels() {}

    public static Launch stateSpaceDuality(String variant, Grid grid, long x, int xStride, long delta, int deltaStride, long b, int bStride, long c, int cStride, long gate, int gateStride, long bias, long a, long skip, int skipEach, long state, long y, int heads, int size, int groups, int states, int frames, float least, float most) {
        return new Launch("ssd", Launch.variant("state_space_duality", variant, "f32", "bf16"), grid, 128, 0, Launch.bits(x), Launch.bits(xStride), Launch.bits(delta), Launch.bits(deltaStride), Launch.bits(b), Launch.bits(bStride), Launch.bits(c), Launch.bits(cStride), Launch.bits(gate), Launch.bits(gateStride), Launch.bits(bias), Launch.bits(a), Launch.bits(skip), Launch.bits(skipEach), Launch.bits(state), Launch.bits(y), Launch.bits(heads), Launch.bits(size), Launch.bits(groups), Launch.bits(states), Launch.bits(frames), Launch.bits(least), Launch.bits(most));
    }
}
