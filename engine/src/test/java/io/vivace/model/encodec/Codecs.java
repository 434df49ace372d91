package io.vivace.model.encodec;

import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Value;
import io.vivace.model.RandomWeights;
import io.vivace.nn.Scope;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Layers;
import io.vivace.nn.signal.Span;
import io.vivace.nn.signal.Stretch;
import io.vivace.weights.Json;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small codecs of every kind, with random weights. */
final class Codecs {
    private Codecs() {}

    /** The kind that MusicGen uses, small; {@code changes} are keys and values in turn. */
    static EncodecConfig config(Object... changes) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("channels", 1);
        members.put("ratios", new int[] {3, 2, 2});
        members.put("filters", 4);
        members.put("residual_layers", 1);
        members.put("kernel", 7);
        members.put("last_kernel", 7);
        members.put("residual_kernel", 3);
        members.put("dilation_growth", 2);
        members.put("compress", 2);
        members.put("lstm_layers", 2);
        members.put("causal", false);
        members.put("conv_shortcut", false);
        members.put("pad_mode", "reflect");
        members.put("trim_right_ratio", 1.0);
        members.put("norm", "weight_norm");
        members.put("normalize", false);
        members.put("chunk_seconds", null);
        members.put("overlap", null);
        members.put("hidden", 6);
        members.put("codebook_dim", 6);
        members.put("codebook_size", 16);
        members.put("bandwidths", new double[] {0.32, 0.64});
        for (int i = 0; i < changes.length; i += 2) members.put((String) changes[i], changes[i + 1]);
        int hop = Arrays.stream((int[]) members.get("ratios")).reduce(1, (a, b) -> a * b);
        members.put("sample_rate", Math.min(1 << 20, 40 * hop));
        return EncodecConfig.of(Json.of("config", members));
    }

    /** One with the sizes of a published model. */
    static EncodecConfig published(int[] ratios, int rate, int codebookSize, double... bandwidths) {
        EncodecConfig c = config("ratios", ratios, "filters", 64, "hidden", 128, "codebook_dim", 128, "codebook_size", codebookSize,
                "bandwidths", bandwidths);
        return new EncodecConfig(rate, 1, ratios, 64, 1, 7, 7, 3, 2, 2, 2, c.causal(), c.convShortcut(), c.padMode(), 1, false, false, 0, 0,
                128, codebookSize, bandwidths);
    }

    /** One of every kind whose decoder can run in windows, by a name for the test's title. */
    static Map<String, EncodecConfig> windowed() {
        Map<String, EncodecConfig> kinds = new LinkedHashMap<>();
        kinds.put("as MusicGen's", config());
        kinds.put("causal, shortcut", config("causal", true, "conv_shortcut", true));
        kinds.put("causal, half trimmed on the left", config("causal", true, "trim_right_ratio", 0.5));
        kinds.put("zeros", config("pad_mode", "constant"));
        kinds.put("replicated, stereo", config("pad_mode", "replicate", "channels", 2));
        kinds.put("odd kernels", config("kernel", 4, "last_kernel", 6, "residual_kernel", 2, "ratios", new int[] {5, 3}));
        kinds.put("dilated", config("residual_layers", 3, "dilation_growth", 3, "residual_kernel", 3, "ratios", new int[] {2, 2}));
        kinds.put("dilated, causal", config("residual_layers", 2, "causal", true, "residual_kernel", 5, "ratios", new int[] {2, 3}));
        kinds.put("no LSTM", config("lstm_layers", 0));
        kinds.put("one LSTM, no residual", config("lstm_layers", 1, "residual_layers", 0, "ratios", new int[] {4}));
        kinds.put("kernels of one", config("kernel", 1, "last_kernel", 1, "residual_kernel", 1));
        kinds.put("wide", config("filters", 36, "ratios", new int[] {3, 2}));
        kinds.put("ratio of one", config("ratios", new int[] {1, 2}));
        return kinds;
    }

    static EncodecConfig groupNorm() {
        return config("norm", "time_group_norm", "conv_shortcut", true, "channels", 2);
    }

    static Weights weights(EncodecConfig config) {
        Graph encoder = wholeEncoder(config, 1, config.quantizers(), config.hop() * 16);
        return new RandomWeights(5, "codebooks").add(encoder).add(whole(config, 1, config.quantizers(), 16)).weights();
    }

    /** The decoder as one graph over the whole clip: input codes [batch, frames, codebooks], output audio [batch, samples, channels]. */
    static Graph whole(EncodecConfig config, int batch, int codebooks, int frames) {
        Graph g = Graph.named("whole");
        List<Layer> layers = SeaNet.decoder(config);
        Span all = Span.first(frames);
        Value latent = Decoding.latent(g, config, g.input("codes", DType.INT32, batch, frames, codebooks));
        Stretch codes = new Stretch(latent, all, all);
        g.output("audio", Layers.apply(layers, new Scope(g, "codec.decoder."), codes, Layers.output(layers, all)).value());
        return g;
    }

    /** The encoder as one graph over the whole clip: input audio [batch, samples, channels], output codes [batch, frames, codebooks]. */
    static Graph wholeEncoder(EncodecConfig config, int batch, int codebooks, int samples) {
        Graph g = Graph.named("whole");
        List<Layer> layers = SeaNet.encoder(config);
        Span all = Span.first(samples);
        Value audio = g.input("audio", DType.FLOAT32, batch, samples, config.channels());
        Stretch sound = new Stretch(audio, all, all);
        Value latent = Layers.apply(layers, new Scope(g, "codec.encoder."), sound, Layers.output(layers, all)).value();
        g.output("codes", Encoding.quantize(g, config, latent, codebooks));
        return g;
    }

    static int[][][] codes(EncodecConfig config, int batch, int codebooks, int frames, long seed) {
        Random random = new Random(seed);
        int[][][] codes = new int[batch][codebooks][frames];
        for (int[][] row : codes) {
            for (int[] book : row) {
                for (int t = 0; t < frames; t++) book[t] = random.nextInt(config.codebookSize());
            }
        }
        return codes;
    }
}
