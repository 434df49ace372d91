package io.vivace.benchmarks;

import io.vivace.text.Tokenizer;
import io.vivace.text.TokenizerFiles;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A prompt of twenty words through the tokenizers of the reference cases. Run from the repository's folder. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TextBenchmark {
    private static final String PROMPT = "A calm and dreamy synthwave track at 96 BPM with warm analogue pads, a slow bass line, "
            + "distant choir and soft vinyl crackle";

    @Param({"tokenize-t5", "tokenize-roberta", "tokenize-bert"})
    public String tokenizer;

    private byte[] table;
    private Tokenizer loaded;

    @Setup
    public void load() {
        table = TokenizerFiles.read(Path.of("golden/text", tokenizer, "checkpoint")).orElseThrow();
        loaded = Tokenizer.of(table);
    }

    @Benchmark
    public int[] encode() {
        return loaded.encode(PROMPT);
    }

    /** From the bytes of a model file to a tokenizer that is ready. */
    @Benchmark
    public Tokenizer open() {
        return Tokenizer.of(table);
    }
}
