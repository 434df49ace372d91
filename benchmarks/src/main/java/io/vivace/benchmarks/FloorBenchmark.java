package io.vivace.benchmarks;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one thread of this machine can do at most: fused multiply-adds, and bytes from memory. Run with {@code -t 2} for two threads. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class FloorBenchmark {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length(), ROUNDS = 100_000;
    /** Larger than any cache that one thread can hope to keep. */
    private final float[] memory = new float[64 << 20];
    private float factor = 0.999f;

    /** Ten independent chains: enough for two multipliers of latency four. */
    @Benchmark
    public float multiplyAdd(Work work) {
        FloatVector x = FloatVector.broadcast(SPECIES, factor), a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (int round = 0; round < ROUNDS; round++) {
            a = a.fma(x, x);
            b = b.fma(x, x);
            c = c.fma(x, x);
            d = d.fma(x, x);
            e = e.fma(x, x);
            f = f.fma(x, x);
            g = g.fma(x, x);
            h = h.fma(x, x);
            i = i.fma(x, x);
            j = j.fma(x, x);
        }
        work.add(2.0 * 10 * LANES * ROUNDS, 0);
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).lane(0);
    }

    @Benchmark
    public float read(Work work) {
        FloatVector a = FloatVector.zero(SPECIES), b = a, c = a, d = a;
        for (int i = 0; i < memory.length; i += 4 * LANES) {
            a = a.add(FloatVector.fromArray(SPECIES, memory, i));
            b = b.add(FloatVector.fromArray(SPECIES, memory, i + LANES));
            c = c.add(FloatVector.fromArray(SPECIES, memory, i + 2 * LANES));
            d = d.add(FloatVector.fromArray(SPECIES, memory, i + 3 * LANES));
        }
        work.add(memory.length, 4.0 * memory.length);
        return a.add(b).add(c).add(d).lane(0);
    }
}
