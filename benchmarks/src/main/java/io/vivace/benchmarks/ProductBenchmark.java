package io.vivace.benchmarks;

import io.vivace.graph.Activation;
import io.vivace.graph.Linear;
import io.vivace.graph.Value;
import io.vivace.weights.StoredTensor.Storage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Rows by 24 different matrices of 1024 x 1024 in a row: few rows read all weights from memory (a decode step), many rows keep the
 * multipliers busy (a prompt).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ProductBenchmark {
    private static final int SIZE = 1024, MATRICES = 24;

    @Param({"1", "2", "8", "32", "512"})
    int rows;

    @Param({"FLOAT32", "BFLOAT16", "INT8"})
    Storage storage;

    @Param({"1", "2"})
    int threads;

    @Param("false")
    boolean scalar;

    private Operation operation;

    @Setup(Level.Trial)
    public void prepare() {
        operation = new Operation(threads, scalar);
        Value x = operation.input("x", rows, SIZE);
        for (int i = 0; i < MATRICES; i++) {
            operation.add(new Linear(x, operation.matrix("w" + i, storage, SIZE, SIZE), null, null, Activation.NONE));
        }
        operation.compile();
    }

    @Benchmark
    public void product(Work work) {
        operation.run();
        double weights = (double) MATRICES * SIZE * SIZE;
        work.add(2 * weights * rows, weights * storage.bytes());
    }

    @TearDown(Level.Trial)
    public void close() {
        operation.close();
    }
}
