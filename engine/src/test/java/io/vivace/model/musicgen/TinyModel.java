package io.vivace.model.musicgen;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.vivace.Listener;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.audio.Clip;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.text.TokenizerFiles;
import io.vivace.weights.Json;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.ModelHeader;
import io.vivace.weights.StoredTensor;
import io.vivace.weights.TensorEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Whole MusicGen models of a few thousand weights, which are random. */
public record TinyModel(String family, int channels, int maxLength) {
    public static final int RATE = 3200;
    public static final int HOP = 24;
    private static final int VOCABULARY = 64;

    public static TinyModel mono() {
        return new TinyModel("musicgen", 1, 0);
    }

    public static TinyModel stereo() {
        return new TinyModel("musicgen", 2, 0);
    }

    public static TinyModel melody() {
        return new TinyModel("musicgen-melody", 1, 0);
    }

    /** A model that composes so many frames in one piece. */
    public TinyModel window(int frames) {
        return new TinyModel(family, channels, frames);
    }

    private boolean followsMelody() {
        return family.equals("musicgen-melody");
    }

    Json.ObjectNode config() {
        var config = new LinkedHashMap<String, Object>();
        config.put("text", Map.ofEntries(Map.entry("vocab", 1024), Map.entry("model", 24), Map.entry("head_size", 8), Map.entry("heads", 3),
                Map.entry("feed_forward", 48), Map.entry("layers", 2), Map.entry("activation", "relu"), Map.entry("gated", false),
                Map.entry("buckets", 32), Map.entry("max_distance", 128), Map.entry("epsilon", 1e-6)));
        config.put("codec", codec());
        config.put("decoder", Map.ofEntries(Map.entry("vocab", VOCABULARY), Map.entry("hidden", 32), Map.entry("layers", 2),
                Map.entry("heads", 4), Map.entry("feed_forward", 64), Map.entry("codebooks", 4 * channels), Map.entry("channels", channels),
                Map.entry("activation", "gelu_erf"), Map.entry("max_positions", 2048), Map.entry("pad", VOCABULARY),
                Map.entry("cross_attention", !followsMelody())));
        config.put("text_projection", true);
        config.put("generation", maxLength == 0 ? Map.of() : Map.of("max_length", maxLength));
        if (followsMelody()) {
            config.put("chroma_length", 7);
            config.put("num_chroma", 12);
            config.put("chroma", Map.of("sampling_rate", RATE, "n_fft", 1024, "hop_length", 256, "chunk_length", 2));
        }
        return Json.of("tiny", config);
    }

    private static Map<String, Object> codec() {
        var codec = new LinkedHashMap<String, Object>();
        codec.put("sample_rate", RATE);
        codec.put("channels", 1);
        codec.put("ratios", new int[] {4, 3, 2});
        codec.put("filters", 2);
        codec.put("residual_layers", 1);
        codec.put("kernel", 7);
        codec.put("last_kernel", 7);
        codec.put("residual_kernel", 3);
        codec.put("dilation_growth", 2);
        codec.put("compress", 2);
        codec.put("lstm_layers", 2);
        codec.put("causal", false);
        codec.put("conv_shortcut", false);
        codec.put("pad_mode", "reflect");
        codec.put("trim_right_ratio", 1.0);
        codec.put("norm", "weight_norm");
        codec.put("normalize", false);
        codec.put("chunk_seconds", null);
        codec.put("overlap", null);
        codec.put("hidden", 12);
        codec.put("codebook_size", VOCABULARY);
        codec.put("codebook_dim", 12);
        codec.put("bandwidths", new double[] {3.3});
        return codec;
    }

    /** Writes a model file into a folder. */
    public Path write(Path folder) {
        return write(folder, weights());
    }

    Path write(Path folder, MemoryWeights weights) {
        List<TensorEntry> entries = new ArrayList<>();
        long end = 0;
        for (String name : weights.names()) {
            StoredTensor tensor = weights.get(name);
            var crc = new CRC32C();
            crc.update(tensor.bytes().asByteBuffer());
            long offset = TensorEntry.align(end), length = tensor.bytes().byteSize();
            end = offset + length;
            entries.add(new TensorEntry(name, tensor.storage(), tensor.layout(), tensor.dims(), offset, length, (int) crc.getValue()));
        }
        byte[] start = new ModelHeader(family, config(), "none", Json.of("p", Map.of("weights", "random")), entries).bytes();
        Path path = folder.resolve(family + channels + "-" + maxLength + ".viv");
        try (var channel = FileChannel.open(path, CREATE, WRITE, TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(start), 0);
            for (TensorEntry entry : entries) {
                channel.write(weights.get(entry.name()).bytes().asByteBuffer(), start.length + entry.offset());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return path;
    }

    /** All weights: those that one clip with everything asks for. */
    MemoryWeights weights() {
        var weights = new MemoryWeights();
        weights.bytes("tokenizer", TokenizerFiles.read(golden("musicgen/pipeline/checkpoint")).orElseThrow());
        var header = new ModelHeader(family, config(), null, Json.of("p", Map.of()), List.of());
        try (var backend = new InventingBackend(new CpuBackend(1, false), weights); var model = MusicGen.open(header, weights, backend, Speculation.OFF)) {
            Request request = Request.of("piano").withSeconds(0.2).withContinuation(tone(RATE, 0.1));
            model.compose(List.of(followsMelody() ? request.withMelody(tone(RATE, 0.5)) : request), Listener.NONE);
        }
        return weights;
    }

    /** A few notes with noise, mono. */
    public static Clip tone(int rate, double seconds) {
        var samples = InventingBackend.numbers("noise", (int) (rate * seconds), 0.01);
        for (int i = 0; i < samples.length; i++) {
            int note = 1 + 4 * i / samples.length;
            samples[i] += (float) (0.3 * Math.sin(2 * Math.PI * 220 * note * i / rate));
        }
        return Clip.mono(samples, rate);
    }

    static Path golden(String name) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("golden"))) return folder.resolve("golden").resolve(name);
        }
        throw new IllegalStateException("there is no folder golden above " + Path.of("").toAbsolutePath());
    }
}
