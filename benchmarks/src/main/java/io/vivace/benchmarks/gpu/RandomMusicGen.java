package io.vivace.benchmarks.gpu;

import io.vivace.weights.BFloat16;
import io.vivace.weights.Json;
import io.vivace.weights.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a MusicGen with random weights as transformers saves it, in bfloat16: of the size of MusicGen-small, or tiny. What it composes is noise;
 * what it takes to compose it is the same as with the weights that were trained.
 */
final class RandomMusicGen {
    private static final int CODEBOOKS = 4, RESIDUAL_KERNEL = 3, KERNEL = 7, TEXT_BUCKETS = 32;
    private static final int[] RATIOS = {8, 5, 4, 4};
    private static final int PIECE = 4 << 20;

    /** A tensor of the file. The weights are uniform around {@code mean}. */
    private record Entry(String name, int[] dims, double mean, double deviation) {
        long elements() {
            long elements = 1;
            for (int dim : dims) elements *= dim;
            return elements;
        }
    }

    private final boolean small;
    private final List<Entry> entries = new ArrayList<>();

    private RandomMusicGen(boolean small) {
        this.small = small;
        text();
        decoder();
        codec();
    }

    /**
     * Writes config.json and model.safetensors into a folder; a tokenizer is copied beside them.
     *
     * @return bytes of the weights
     */
    static long write(boolean small, Path tokenizer, Path folder) {
        var model = new RandomMusicGen(small);
        try {
            Files.createDirectories(folder);
            for (String name : List.of("spiece.model", "tokenizer_config.json")) Files.write(folder.resolve(name), Files.readAllBytes(tokenizer.resolve(name)));
            Files.write(folder.resolve("config.json"), JsonWriter.write(Json.of("config", model.config())));
            return model.write(folder.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int size(int full, int least) {
        return small ? least : full;
    }

    private Map<String, Object> config() {
        var text = Rows.of("model_type", "t5", "d_model", size(768, 32), "d_kv", size(64, 8), "d_ff", size(3072, 64), "num_heads", size(12, 4), "num_layers",
                size(12, 2), "vocab_size", 32128, "feed_forward_proj", "relu", "relative_attention_num_buckets", TEXT_BUCKETS,
                "relative_attention_max_distance", 128, "layer_norm_epsilon", 1e-6, "pad_token_id", 0);
        var decoder = Rows.of("model_type", "musicgen_decoder", "hidden_size", size(1024, 64), "num_hidden_layers", size(24, 2), "num_attention_heads",
                size(16, 2), "ffn_dim", size(4096, 128), "vocab_size", 2048, "num_codebooks", CODEBOOKS, "audio_channels", 1, "pad_token_id", 2048,
                "bos_token_id", 2048, "max_position_embeddings", 2048, "activation_function", "gelu");
        var codec = Rows.of("model_type", "encodec", "sampling_rate", 32000, "audio_channels", 1, "num_filters", size(64, 4), "upsampling_ratios", RATIOS,
                "hidden_size", 128, "codebook_dim", 128, "codebook_size", 2048, "num_residual_layers", 1, "num_lstm_layers", 2, "kernel_size", KERNEL,
                "last_kernel_size", KERNEL, "residual_kernel_size", RESIDUAL_KERNEL, "dilation_growth_rate", 2, "compress", 2, "use_causal_conv", false,
                "use_conv_shortcut", false, "pad_mode", "reflect", "trim_right_ratio", 1.0, "norm_type", "weight_norm", "normalize", false, "chunk_length_s",
                null, "overlap", null, "target_bandwidths", new double[] {2.2});
        return Rows.of("architectures", List.of("MusicgenForConditionalGeneration"), "model_type", "musicgen", "text_encoder", text, "decoder", decoder,
                "audio_encoder", codec);
    }

    private void matrix(String name, int outputs, int inputs) {
        entries.add(new Entry(name + ".weight", new int[] {outputs, inputs}, 0, 1 / Math.sqrt(inputs)));
    }

    private void norm(String name, int size, boolean bias) {
        entries.add(new Entry(name + ".weight", new int[] {size}, 1, 0.02));
        if (bias) entries.add(new Entry(name + ".bias", new int[] {size}, 0, 0.02));
    }

    private void text() {
        int width = size(768, 32), inner = width, heads = size(12, 4);
        entries.add(new Entry("text_encoder.shared.weight", new int[] {32128, width}, 0, 1));
        for (int i = 0; i < size(12, 2); i++) {
            String block = "text_encoder.encoder.block." + i + ".layer.";
            for (String part : List.of("q", "k", "v")) matrix(block + "0.SelfAttention." + part, inner, width);
            matrix(block + "0.SelfAttention.o", width, inner);
            if (i == 0) entries.add(new Entry(block + "0.SelfAttention.relative_attention_bias.weight", new int[] {TEXT_BUCKETS, heads}, 0, 1));
            norm(block + "0.layer_norm", width, false);
            matrix(block + "1.DenseReluDense.wi", size(3072, 64), width);
            matrix(block + "1.DenseReluDense.wo", width, size(3072, 64));
            norm(block + "1.layer_norm", width, false);
        }
        norm("text_encoder.encoder.final_layer_norm", width, false);
    }

    private void decoder() {
        int width = size(1024, 64), inner = size(4096, 128);
        matrix("enc_to_dec_proj", width, size(768, 32));
        entries.add(new Entry("enc_to_dec_proj.bias", new int[] {width}, 0, 0.02));
        for (int k = 0; k < CODEBOOKS; k++) {
            entries.add(new Entry("decoder.model.decoder.embed_tokens." + k + ".weight", new int[] {2049, width}, 0, 1));
            matrix("decoder.lm_heads." + k, 2048, width);
        }
        for (int i = 0; i < size(24, 2); i++) {
            String layer = "decoder.model.decoder.layers." + i + ".";
            for (String attention : List.of("self_attn", "encoder_attn")) {
                for (String part : List.of("q_proj", "k_proj", "v_proj", "out_proj")) matrix(layer + attention + "." + part, width, width);
                norm(layer + attention + "_layer_norm", width, true);
            }
            matrix(layer + "fc1", inner, width);
            matrix(layer + "fc2", width, inner);
            norm(layer + "final_layer_norm", width, true);
        }
        norm("decoder.model.decoder.layer_norm", width, true);
    }

    /** Weights with a norm of their own for each of the first axis. */
    private void normed(String name, double norm, int... dims) {
        entries.add(new Entry(name + ".conv.parametrizations.weight.original0", new int[] {dims[0], 1, 1}, norm, 0));
        entries.add(new Entry(name + ".conv.parametrizations.weight.original1", dims, 0, 1 / Math.sqrt((double) dims[1] * dims[2])));
    }

    private void convolution(String name, int outputs, int inputs, int kernel) {
        normed(name, 1, outputs, inputs, kernel);
        entries.add(new Entry(name + ".conv.bias", new int[] {outputs}, 0, 0.02));
    }

    private void residual(String name, int channels) {
        convolution(name + ".block.1", channels / 2, channels, RESIDUAL_KERNEL);
        convolution(name + ".block.3", channels, channels / 2, 1);
    }

    private void lstm(String name, int units) {
        for (int layer = 0; layer < 2; layer++) {
            for (String part : List.of("ih", "hh")) {
                entries.add(new Entry(name + ".lstm.weight_" + part + "_l" + layer, new int[] {4 * units, units}, 0, 1 / Math.sqrt(units)));
                entries.add(new Entry(name + ".lstm.bias_" + part + "_l" + layer, new int[] {4 * units}, 0, 0.02));
            }
        }
    }

    private void codec() {
        for (int q = 0; q < CODEBOOKS; q++) {
            entries.add(new Entry("audio_encoder.quantizer.layers." + q + ".codebook.embed", new int[] {2048, 128}, 0, 1));
        }
        int channels = size(64, 4), at = 1;
        String encoder = "audio_encoder.encoder.layers.", decoder = "audio_encoder.decoder.layers.";
        convolution(encoder + 0, channels, 1, KERNEL);
        for (int i = RATIOS.length - 1; i >= 0; i--, at += 3, channels *= 2) {
            residual(encoder + at, channels);
            convolution(encoder + (at + 2), 2 * channels, channels, 2 * RATIOS[i]);
        }
        lstm(encoder + at, channels);
        convolution(encoder + (at + 2), 128, channels, KERNEL);
        convolution(decoder + 0, channels, 128, KERNEL);
        lstm(decoder + 1, channels);
        at = 3;
        for (int ratio : RATIOS) {
            normed(decoder + at, Math.sqrt(ratio / 2.0), channels, channels / 2, 2 * ratio);   // two of the taps meet in each sample
            entries.add(new Entry(decoder + at + ".conv.bias", new int[] {channels / 2}, 0, 0.02));
            channels /= 2;
            residual(decoder + (at + 1), channels);
            at += 3;
        }
        convolution(decoder + at, 1, channels, KERNEL);
    }

    private long write(Path file) throws IOException {
        var header = new LinkedHashMap<String, Object>();
        header.put("__metadata__", Map.of("format", "pt"));
        long end = 0;
        for (Entry entry : entries) {
            long start = end;
            end += 2 * entry.elements();
            header.put(entry.name, Map.of("dtype", "BF16", "shape", entry.dims, "data_offsets", List.of(start, end)));
        }
        String text = new String(JsonWriter.write(Json.of("header", header)), StandardCharsets.UTF_8);
        byte[] bytes = (text + " ".repeat((8 - text.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
        try (var out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            write(out, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length).flip());
            write(out, ByteBuffer.wrap(bytes));
            for (Entry entry : entries) write(out, entry);
        }
        return end;
    }

    private static void write(FileChannel out, Entry entry) throws IOException {
        long bits = 88172645463325252L ^ entry.name.hashCode(), left = entry.elements();
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE).order(ByteOrder.LITTLE_ENDIAN);
        while (left > 0) {
            piece.clear();
            for (; left > 0 && piece.hasRemaining(); left--) {
                bits ^= bits << 13;
                bits ^= bits >>> 7;
                bits ^= bits << 17;
                double uniform = (bits >> 11) * 0x1p-52;   // from −1 to 1, of deviation 1/√3
                piece.putShort(BFloat16.of((float) (entry.mean + entry.deviation * Math.sqrt(3) * uniform)));
            }
            write(out, piece.flip());
        }
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) out.write(bytes);
    }
}
