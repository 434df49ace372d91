package io.vivace.benchmarks;

import io.vivace.converter.ConversionReport;
import io.vivace.converter.ConversionRequest;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.ConversionRequest.Parts;
import io.vivace.converter.Converter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
 * T5-base's encoder with random weights (438 MB of float32 in one safetensors file, in the page cache) to a model file: reading,
 * check sums, packing, writing and waiting for the disk. The bytes of {@link Work} are those of the checkpoint.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class ConversionBenchmark {
    private static final int LAYERS = 12, MODEL = 768, FEED_FORWARD = 3072, VOCABULARY = 32128;
    private static final String CONFIG = """
            {"model_type":"t5","architectures":["T5EncoderModel"],"vocab_size":32128,"d_model":768,"d_kv":64,"d_ff":3072,
             "num_layers":12,"num_heads":12,"feed_forward_proj":"relu","relative_attention_num_buckets":32,
             "relative_attention_max_distance":128,"layer_norm_epsilon":1e-6}
            """;

    @Param({"F32", "BF16", "INT8"})
    public Dtype dtype;

    private Path folder;
    private long bytes;

    private record Named(String name, int rows, int columns) {
        long bytes() {
            return 4L * rows * Math.max(1, columns);
        }

        String entry(long at) {
            return "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}".formatted(name,
                    columns == 0 ? "[" + rows + "]" : "[" + rows + "," + columns + "]", at, at + bytes());
        }
    }

    @Setup
    public void write() throws IOException {
        folder = Files.createTempDirectory("vivace-conversion");
        Files.writeString(folder.resolve("config.json"), CONFIG);
        List<Named> tensors = tensors();
        var entries = new ArrayList<String>();
        for (Named tensor : tensors) {
            entries.add(tensor.entry(bytes));
            bytes += tensor.bytes();
        }
        byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
        var random = new Random(1);
        try (var file = FileChannel.open(folder.resolve("model.safetensors"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, header.length));
            file.write(ByteBuffer.wrap(header));
            for (Named tensor : tensors) {
                ByteBuffer row = ByteBuffer.allocate(4 * Math.max(1, tensor.columns)).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < tensor.rows; i++) {
                    row.clear();
                    while (row.hasRemaining()) row.putFloat(random.nextFloat() - 0.5f);
                    file.write(row.flip());
                }
            }
        }
    }

    private static List<Named> tensors() {
        var tensors = new ArrayList<Named>();
        tensors.add(new Named("shared.weight", VOCABULARY, MODEL));
        tensors.add(new Named("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", 32, 12));
        for (int i = 0; i < LAYERS; i++) {
            String block = "encoder.block." + i + ".layer.";
            for (String part : List.of("q", "k", "v", "o")) tensors.add(new Named(block + "0.SelfAttention." + part + ".weight", MODEL, MODEL));
            tensors.add(new Named(block + "0.layer_norm.weight", MODEL, 0));
            tensors.add(new Named(block + "1.DenseReluDense.wi.weight", FEED_FORWARD, MODEL));
            tensors.add(new Named(block + "1.DenseReluDense.wo.weight", MODEL, FEED_FORWARD));
            tensors.add(new Named(block + "1.layer_norm.weight", MODEL, 0));
        }
        tensors.add(new Named("encoder.final_layer_norm.weight", MODEL, 0));
        return tensors;
    }

    @Benchmark
    public ConversionReport convert(Work work) {
        work.add(0, bytes);
        return Converter.convert(new ConversionRequest(List.of(folder), folder.resolve("model.viv"), dtype, Parts.NONE, true,
                ConversionRequest.Progress.NONE));
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        for (String name : List.of("config.json", "model.safetensors", "model.viv")) Files.deleteIfExists(folder.resolve(name));
        Files.delete(folder);
    }
}
