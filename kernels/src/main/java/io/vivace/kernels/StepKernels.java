package io.vivace.kernels;

/** Launches of the kernels in {@code step.cu}, generated from it. */
public final class StepKernels {
    private StepKernels() {}

    public static Launch advance(Grid grid, long first, int firstBy, long second, int secondBy, long third, int thirdBy) {
        return new Launch("step", "advance", grid, 32, 0, Launch.bits(first), Launch.bits(firstBy), Launch.bits(second), Launch.bits(secondBy), Launch.bits(third), Launch.bits(thirdBy));
    }

    public static Launch causalKeep(Grid grid, long position, long y, int size, int keys) {
        return new Launch("step", "causal_keep", grid, 256, 0, Launch.bits(position), Launch.bits(y), Launch.bits(size), Launch.bits(keys));
    }

    public static Launch force(Grid grid, long fixed, long drawn, long y, int size) {
        return new Launch("step", "force", grid, 256, 0, Launch.bits(fixed), Launch.bits(drawn), Launch.bits(y), Launch.bits(size));
    }
}
