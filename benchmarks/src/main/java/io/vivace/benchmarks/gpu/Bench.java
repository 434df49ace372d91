package io.vivace.benchmarks.gpu;

import java.util.Map;

/**
 * One kernel at one size.
 *
 * @param name   for people; also what joins ours and PyTorch's
 * @param narrow whether the back end works in bfloat16
 * @param bytes  that it must at least read and write
 * @param flops  that it must at least compute, a fused multiply-add counting as two; 0 where that is nothing beside the bytes
 * @param copies with weights and states of their own: enough that a cache does not hold those of all
 * @param torch  what PyTorch does for the same end, for compare.py; or empty
 * @param copy   adds one copy to a graph
 */
record Bench(String name, boolean narrow, double bytes, double flops, int copies, Map<String, Object> torch, Copy copy) {
    /** Greater than the level-2 cache of any device so far, 50 MB and 96 MB. */
    private static final double UNCACHED = 192e6;
    private static final int LEAST = 8, MOST = 64;

    /** Appends the operation. */
    interface Copy {
        void add(Parts parts);
    }

    /** @param weights bytes that each copy has for itself */
    static int copies(double weights, boolean small) {
        return small ? 2 : (int) Math.clamp(Math.ceil(UNCACHED / Math.max(1, weights)), LEAST, MOST);
    }

    /** Microseconds below which no kernel can be; without a published peak, those of the bytes. */
    double floor(double bandwidth, Peak peak) {
        double memory = 1e6 * bytes / bandwidth;
        return peak == null ? memory : Math.max(memory, 1e-6 * flops / (narrow ? peak.bfloat16() : peak.float32()));
    }
}
