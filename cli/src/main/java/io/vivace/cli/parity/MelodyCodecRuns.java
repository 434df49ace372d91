package io.vivace.cli.parity;

import io.vivace.backend.Backend;
import io.vivace.model.melody.MelodyCodec;
import io.vivace.model.melody.MelodyConfig;
import io.vivace.model.melody.Posterior;
import io.vivace.model.melody.PromptQuantizer;
import java.util.Arrays;
import java.util.Map;

/** What cases of MeLoDy's prompt quantiser and codec compute. */
final class MelodyCodecRuns {
    private MelodyCodecRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        return switch (test.kind()) {
            case "codec-encode" -> encode(test, in, backend);
            case "codec-decode" -> decode(test, in, backend);
            default -> quantize(test, in);
        };
    }

    private static Map<String, Values> quantize(Case test, CaseTensors in) {
        try (var model = new CaseModel(test)) {
            var quantizer = new PromptQuantizer(MelodyConfig.of(model.file().config()).prompt(), model.file());
            int[][] tokens = Arrays.stream(in.table("in.embedding")).map(quantizer::tokens).toArray(int[][]::new);
            return Map.of("out.tokens", Values.of((Object) tokens));
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
