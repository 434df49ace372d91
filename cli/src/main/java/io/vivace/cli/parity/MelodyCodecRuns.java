package io.vivace.cli.parity;

import io.vivace.BadCheckpoint;
import io.vivace.backend.Backend;
import io.vivace.converter.read.Checkpoints;
import io.vivace.model.melody.MelodyCodec;
import io.vivace.model.melody.MelodyConfig;
import io.vivace.model.melody.Posterior;
import io.vivace.model.melody.PromptQuantizer;
import io.vivace.model.melody.PromptTower;
import io.vivace.model.melody.TextPrompt;
import io.vivace.weights.Json;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What cases of MeLoDy's prompt quantiser and codec compute. */
final class MelodyCodecRuns {
    private static final String TEXTS = "texts.json";

    private MelodyCodecRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        return switch (test.kind()) {
            case "codec-encode" -> encode(test, in, backend);
            case "codec-decode" -> decode(test, in, backend);
            default -> Files.exists(test.folder().resolve(TEXTS)) ? prompts(test, backend) : quantize(test, in);
        };
    }

    private static Map<String, Values> quantize(Case test, CaseTensors in) {
        try (var model = new CaseModel(test)) {
            var quantizer = new PromptQuantizer(MelodyConfig.of(model.file().config()).prompt(), model.file());
            int[][] tokens = Arrays.stream(in.table("in.embedding")).map(quantizer::tokens).toArray(int[][]::new);
            return Map.of("out.tokens", Values.of((Object) tokens));
        }
    }

    /** Prompts of texts, by the checkpoint's own tower. */
    private static Map<String, Values> prompts(Case test, Backend backend) {
        List<String> texts = Checkpoints.json(test.folder().resolve(TEXTS)).array("texts").elements().stream()
                    .map(text -> ((Json.StringNode) text).value()).toList();
        try (var model = new CaseModel(test); var tower = PromptTower.of(MelodyConfig.of(model.file().config()), backend, model.file())
                .orElseThrow(() -> new BadCheckpoint(test + " has texts but no text tower; the case is incomplete."))) {
            int[][] tokens = texts.stream().map(tower::tokens).toArray(int[][]::new);
            var results = new HashMap<String, Values>(Map.of("out.tokens", Values.of((Object) tokens)));
            if (tower instanceof TextPrompt prompt) results.put("mid.embedding", Values.of((Object) texts.stream().map(prompt::embedding).toArray(float[][]::new)));
            return results;
        }
    }

    private static Map<String, Values> encode(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test); var codec = codec(model, backend)) {
            Posterior posterior = codec.encode(in.table("in.audio"));
            return Map.of("out.mean", Values.of(posterior.mean()), "out.log_variance", Values.of(posterior.logVariance()),
                    "out.latents", Values.of(posterior.latents()), "out.latents_sampled", Values.of(posterior.latents(in.tensor("in.noise"))));
        }
    }

    private static Map<String, Values> decode(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test); var codec = codec(model, backend)) {
            return Map.of("out.audio", Values.of((Object) codec.decode(in.tensor("in.latents"))));
        }
    }

    private static MelodyCodec codec(CaseModel model, Backend backend) {
        return new MelodyCodec(MelodyConfig.of(model.file().config()).codec(), backend, model.file());
    }
}
