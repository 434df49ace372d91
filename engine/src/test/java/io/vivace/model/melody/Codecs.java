package io.vivace.model.melody;

import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.RandomWeights;
import io.vivace.nn.signal.Part;
import io.vivace.nn.signal.Span;
import io.vivace.weights.Json;
import io.vivace.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small codecs of every kind with random weights. */
final class Codecs {
    private Codecs() {}

    /** The paper's rates, kernels and dilations, with few channels. */
    static CodecConfig config() {
        return config(List.of(4, 4, 3, 2), List.of(9, 9, 5, 7), List.of(3, 7), List.of(List.of(1, 3, 5), List.of(1, 3, 5)));
    }

    static CodecConfig config(List<Integer> rates, List<Integer> kernels, List<Integer> blockKernels, List<List<Integer>> dilations) {
        return CodecConfig.of(json(rates, kernels, blockKernels, dilations, true));
    }

    static Json.ObjectNode json(List<Integer> rates, List<Integer> kernels, List<Integer> blockKernels, List<List<Integer>> dilations, boolean encoder) {
        Map<String, Object> members = new LinkedHashMap<>(Map.of("sample_rate", 24000, "latent_channels", 3, "latent_scale", 3.0));
        members.put("decoder", tower(rates, kernels, blockKernels, dilations));
        if (encoder) members.put("encoder", tower(rates.reversed(), kernels.reversed(), blockKernels, dilations));
        return Json.of("config", members);
    }

    private static Map<String, Object> tower(List<Integer> rates, List<Integer> kernels, List<Integer> blockKernels, List<List<Integer>> dilations) {
        List<Integer> widths = rates.stream().map(rate -> 3 + rate).toList();
        return Map.of("input_width", 5, "widths", widths, "rates", rates, "kernels", kernels, "block_kernels", blockKernels, "block_dilations", dilations);
    }

    /** One of every kind, by a name for the test's title. */
    static Map<String, CodecConfig> all() {
        Map<String, CodecConfig> kinds = new LinkedHashMap<>();
        List<List<Integer>> two = List.of(List.of(1, 3), List.of(2));
        kinds.put("as the paper's", config());
        kinds.put("kernels as the rates", config(List.of(3, 2), List.of(3, 2), List.of(3, 5), two));
        kinds.put("even surplus", config(List.of(4, 2), List.of(8, 4), List.of(3, 5), two));
        kinds.put("odd surplus", config(List.of(2, 5), List.of(7, 6), List.of(5, 3), two));
        kinds.put("long kernels", config(List.of(2, 3), List.of(13, 16), List.of(3, 9), two));
        kinds.put("one stage, one block", config(List.of(4), List.of(9), List.of(7), List.of(List.of(1, 2))));
        kinds.put("a rate of one", config(List.of(1, 3), List.of(5, 4), List.of(1, 3), two));
        kinds.put("wide dilations, three blocks", config(List.of(2), List.of(4), List.of(3, 3, 5), List.of(List.of(9), List.of(1, 5), List.of(3, 7))));
        kinds.put("a block that does nothing", config(List.of(2, 2), List.of(3, 4), List.of(3, 5), List.of(List.of(), List.of(1))));
        return kinds;
    }

    static Weights weights(CodecConfig config) {
        return new RandomWeights(5).add(whole(CodecNet.decoder(config), 1, 4, config.hop())).add(whole(CodecNet.encoder(config), 1, 4 * config.hop(), 1)).weights();
    }

    /** The network over a whole clip at once. */
    static Graph whole(CodecNet net, int batch, int frames, int longer) {
        Span in = Span.first(frames), out = Span.first(longer > 1 ? (long) frames * longer : frames / net.inFrames());
        return net.graph(batch, new Part(in, in, out));
    }

    static Tensor latents(int batch, int frames, int channels, long seed) {
        Random random = new Random(seed);
        float[] values = new float[batch * frames * channels];
        for (int i = 0; i < values.length; i++) values[i] = random.nextFloat(-1, 1);
        return Tensor.of(Shape.of(batch, frames, channels), values);
    }

    static float[][] audio(int batch, int samples, long seed) {
        Random random = new Random(seed);
        float[][] audio = new float[batch][samples];
        for (float[] row : audio) for (int i = 0; i < samples; i++) row[i] = 0.3f * (float) random.nextGaussian();
        return audio;
    }
}
