package io.vivace.cli.parity;

import io.vivace.audio.Chroma;
import io.vivace.audio.Resampler;
import io.vivace.audio.Resampler.Quality;
import io.vivace.backend.Backend;
import io.vivace.converter.read.Checkpoints;
import io.vivace.graph.Tensor;
import io.vivace.model.bert.BertConfig;
import io.vivace.model.bert.BertEncoder;
import io.vivace.model.clap.ClapConfig;
import io.vivace.model.clap.ClapText;
import io.vivace.model.encodec.Encodec;
import io.vivace.model.encodec.EncodecConfig;
import io.vivace.model.gpt2.Gpt2;
import io.vivace.model.gpt2.Gpt2Config;
import io.vivace.model.musicgen.SamplingFilter;
import io.vivace.model.t5.T5Config;
import io.vivace.model.t5.T5Encoder;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.ModelFile;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What cases of encoders, codecs and blocks compute: results by the name under which the case expects them. */
final class Runs {
    private Runs() {}

    /** Text encoders, by the family of the converted checkpoint. */
    static Map<String, Values> encodeText(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test)) {
            ModelFile file = model.file();
            ObjectNode config = file.config().object("text");
            int[][] mask = in.matrix("in.attention_mask");
            return switch (file.family()) {
                case "t5" -> t5(T5Config.of(config), file, in.matrix("in.input_ids"), mask, backend);
                case "bert" -> bert(BertConfig.of(config), file, in.matrix("in.input_ids"), mask, backend);
                case "clap-text" -> clap(ClapConfig.of(config), file, in.matrix("in.input_ids"), mask, backend);
                case "gpt2" -> gpt2(test, Gpt2Config.of(config), file, in.tensor("in.inputs_embeds"), mask, backend);
                case String family -> throw new Unsupported("text encoder " + family);
            };
        }
    }

    private static Map<String, Values> t5(T5Config config, ModelFile file, int[][] ids, int[][] mask, Backend backend) {
        try (var encoder = new T5Encoder(config, backend, file)) {
            return Map.of("out.last_hidden_state", Values.of(encoder.encode(ids, mask)));
        }
    }

    private static Map<String, Values> bert(BertConfig config, ModelFile file, int[][] ids, int[][] mask, Backend backend) {
        try (var encoder = new BertEncoder(config, backend, file)) {
            BertEncoder.Encoding encoding = encoder.encode(ids, mask);
            return Map.of("out.last_hidden_state", Values.of(encoding.states()), "out.pooler_output", Values.of(encoding.pooled()));
        }
    }

    /** The original calls the embedding text_features when it is normalised, text_embeds when not. */
    private static Map<String, Values> clap(ClapConfig config, ModelFile file, int[][] ids, int[][] mask, Backend backend) {
        try (var encoder = new ClapText(config, backend, file)) {
            ClapText.Encoding encoding = encoder.encode(ids, mask);
            return Map.of("out.last_hidden_state", Values.of(encoding.states()), "mid.pooler_output", Values.of(encoding.pooled()),
                    config.normalized() ? "out.text_features" : "out.text_embeds", Values.of(encoding.embedding()));
        }
    }

    private static Map<String, Values> gpt2(Case test, Gpt2Config config, ModelFile file, Tensor embeddings, int[][] mask, Backend backend) {
        var model = new Gpt2(config, backend, file);
        var results = new HashMap<String, Values>(Map.of("out.last_hidden_state", Values.of(model.states(embeddings, mask))));
        int count = test.params().integer("new_tokens", 0, 1 << 16, 0);
        if (count > 0) results.put("out.generated", Values.of(model.generate(embeddings, mask, count)));
        return results;
    }

    /** Sound to codes; frames that the last chunk lacks are counted. */
    static Map<String, Values> encodeSound(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test); var codec = codec(model.file(), backend)) {
            Double bandwidth = test.params().has("bandwidth") ? (Double) test.params().number("bandwidth") : null;
            Encodec.Encoded encoded = codec.encode(in.sounds("in.audio"), in.matrixOr("in.padding_mask", null), bandwidth);
            var results = new HashMap<String, Values>();
            results.put("out.codes", Values.of((Object) encoded.codes()));
            if (encoded.scales() != null) {
                Values scales = Values.of((Object) encoded.scales());
                results.put("out.scales", new Values(new int[] {scales.dims()[0], scales.dims()[1], 1}, scales.floats(), null));
            }
            return results;
        }
    }

    static Map<String, Values> decodeSound(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test); var codec = codec(model.file(), backend)) {
            float[][] scales = in.has("in.scales") ? in.table("in.scales") : null;
            int pad = test.params().integer("last_frame_pad_length", 0, Integer.MAX_VALUE, 0);
            return Map.of("out.audio", Values.of((Object) codec.decodeChunks(in.chunks("in.codes"), scales, pad)));
        }
    }

    private static Encodec codec(ModelFile file, Backend backend) {
        return new Encodec(EncodecConfig.of(file.config().object("codec")), backend, file);
    }

    static Map<String, Values> block(Case test, CaseTensors in, Backend backend) {
        return switch (test.params().text("block")) {
            case "chroma" -> chroma(test, in);
            case "resample" -> resample(in);
            case "sampling-filter" -> samplingFilter(test, in, backend);
            case String block -> throw new Unsupported("block " + block);
        };
    }

    private static Map<String, Values> chroma(Case test, CaseTensors in) {
        ObjectNode config = Checkpoints.json(test.checkpoint().resolve("preprocessor_config.json"));
        var chroma = new Chroma(config.integer("sampling_rate", 1, 1 << 20), config.integer("n_fft", 2, 1 << 20), config.integer("hop_length", 1, 1 << 20),
                config.integer("feature_size", 1, 1 << 10), config.integer("chunk_length", 1, 3600));
        return Map.of("out.chroma", Values.of((Object) chroma.oneHot(in.table("in.audio"))));
    }

    /** Outputs are named out.FROM.TO.QUALITY, rates in Hz. */
    private static Map<String, Values> resample(CaseTensors in) {
        float[][] channels = in.table("in.audio");
        var results = new HashMap<String, Values>();
        for (String name : in.all().keySet()) {
            if (!name.startsWith("out.")) continue;
            String[] part = name.split("\\.");
            Quality quality = part[3].equals("sharp") ? Quality.SHARP : Quality.STANDARD;
            var resampler = new Resampler(Integer.parseInt(part[1]), Integer.parseInt(part[2]), quality);
            results.put(name, Values.of((Object) Arrays.stream(channels).map(resampler::resample).toArray(float[][]::new)));
        }
        return results;
    }

    private static Map<String, Values> samplingFilter(Case test, CaseTensors in, Backend backend) {
        ObjectNode params = test.params();
        SamplingFilter.Outcome outcome = SamplingFilter.of(in.tensor("in.cond_logits"), in.tensor("in.uncond_logits"), params.number("guidance_scale"),
                params.number("temperature", 1), params.integer("top_k", 0, 1 << 24, 0), params.number("top_p", 0), backend, new MemoryWeights());
        return Map.of("mid.guided", Values.of(outcome.guided()), "out.probs", Values.of(outcome.probabilities()));
    }
}
