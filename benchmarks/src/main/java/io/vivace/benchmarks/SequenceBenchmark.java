package io.vivace.benchmarks;

import io.vivace.graph.Activation;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Conv1d;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.DType;
import io.vivace.graph.Lstm;
import io.vivace.graph.Rearrangement;
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

/** The operations along time, at the sizes of MusicGen-small (two rows for guidance) and of its codec. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class SequenceBenchmark {

    /** What runs, and what one run amounts to. */
    public enum What {
        /** One query over 1400 remembered frames, 16 heads of 64, in each of 8 layers. */
        CACHED_ATTENTION(8 * 2 * 1400 * 1024 * 4.0, 8 * 2 * 2 * 1400 * 1024 * 4.0),
        /** A residual block's first convolution near the end of the decoder, with its ELU. */
        CONVOLUTION(2.0 * 40_000 * 3 * 64 * 32, 40_000 * 64 * 4.0),
        /** The last but one upsampling. */
        TRANSPOSED_CONVOLUTION(2.0 * 2500 * 4 * 128 * 512, 2500 * 256 * 4.0),
        /** 50 frames, one second, of one layer; the recurrent weights are read for each frame. */
        LSTM(2.0 * 50 * 2 * 4096 * 1024, 50 * 4096 * 1024 * 4.0);

        private final double flops, bytes;

        What(double flops, double bytes) {
            this.flops = flops;
            this.bytes = bytes;
        }
    }

    @Param
    What what;

    @Param({"1", "2"})
    int threads;

    @Param("false")
    boolean scalar;

    private Operation operation;

    @Setup(Level.Trial)
    public void prepare() {
        operation = new Operation(threads, scalar);
        switch (what) {
            case CACHED_ATTENTION -> attention();
            case CONVOLUTION -> operation.add(new Conv1d(operation.input("x", 1, 40_000, 64), operation.matrix("w", Storage.FLOAT32, 32, 3 * 64),
                    operation.vector("b", 32), null, 3, 1, 1, 1, 1, Rearrangement.Pad.Mode.REFLECT, Activation.ELU)).compile();
            case TRANSPOSED_CONVOLUTION -> operation.add(new ConvTranspose1d(operation.input("x", 1, 2500, 256),
                    operation.matrix("w", Storage.FLOAT32, 4 * 128, 2 * 256), operation.vector("b", 128), 8, 4, 2, 10_000, Activation.NONE)).compile();
            case LSTM -> operation.add(new Lstm(operation.input("x", 1, 50, 1024), operation.matrix("input", Storage.FLOAT32, 4096, 1024),
                    operation.matrix("hidden", Storage.FLOAT32, 4096, 1024), operation.vector("b", 4096), null, null)).compile();
        }
    }

    private void attention() {
        Value position = operation.state("position", DType.INT32, 1), x = operation.input("x", 2, 1, 1024);
        for (int layer = 0; layer < 8; layer++) {
            operation.add(new CachedAttention(x, x, x, operation.state("k" + layer, DType.FLOAT32, 2, 1500, 1024),
                    operation.state("v" + layer, DType.FLOAT32, 2, 1500, 1024), position, 16, 0.125));
        }
        operation.compile().set("position", 1399);
    }

    @Benchmark
    public void run(Work work) {
        operation.run();
        work.add(what.flops, what.bytes);
    }

    @TearDown(Level.Trial)
    public void close() {
        operation.close();
    }
}
