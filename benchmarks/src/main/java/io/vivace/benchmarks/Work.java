package io.vivace.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a benchmark's calls amount to, printed as a rate beside their own: compare with {@link FloorBenchmark}. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Work {
    /** 10⁹ floating-point operations, a fused multiply-add counting as two. */
    public double gigaflop;
    /** 10⁹ bytes of weights, keys and values that had to be read. */
    public double gigabyte;

    void add(double flops, double bytes) {
        gigaflop += flops * 1e-9;
        gigabyte += bytes * 1e-9;
    }
}
