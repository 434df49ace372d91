package io.vivace.cli.parity;

import io.vivace.Listener;
import io.vivace.backend.Backend;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.discodiff.Conditions;
import io.vivace.model.discodiff.DiscoDiff;
import io.vivace.model.discodiff.DiscoDiffConfig;
import io.vivace.model.discodiff.DiscoDiffTrial;
import io.vivace.model.discodiff.Noise;
import io.vivace.model.discodiff.Solver;
import io.vivace.model.discodiff.Walk;
import java.util.Map;

/** What cases of DiscoDiff compute. Originals keep time last, the engine channels. */
final class DiscoDiffRuns {
    private DiscoDiffRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test)) {
            DiscoDiffConfig config = DiscoDiffConfig.of(model.file().config().object("second"));
            var conditions = new Conditions(in.get("in.text").turned().tensor(), in.has("in.chroma") ? in.get("in.chroma").turned().tensor() : null);
            return switch (test.kind()) {
                case "denoise" -> {
                    DiscoDiffTrial.Outcome all = DiscoDiffTrial.of(config, model.file(), backend, in.get("in.latent").turned().tensor(),
                            in.get("in.timestep").ints(), in.tensor("in.vector"), conditions, test.params().number("guidance"));
                    yield Map.of("out.prediction", turned(all.prediction()), "out.null", turned(all.nothing()), "out.guided", turned(all.guided()));
                }
                case "sample" -> {
                    try (var stage = new DiscoDiff(config, backend, model.file())) {
                        yield sample(test, in, stage, conditions);
                    }
                }
                default -> throw new Unsupported("cases of kind " + test.kind());
            };
        }
    }

    private static Map<String, Values> sample(Case test, CaseTensors in, DiscoDiff stage, Conditions conditions) {
        var walk = new Walk(test.params().integer("steps", 1, 10_000), Solver.ANCESTRAL, test.params().number("guidance"));
        Noise noise = (draw, frame, shape) -> in.get("in.noise_" + (draw - 1)).turned().tensor();
        Tensor latents = stage.sample(in.get("in.start").turned().tensor(), null, 0, conditions, noise, walk, new Run(Listener.NONE, walk.steps()));
        float[] alphas = new float[stage.alphas().length];
        for (int i = 0; i < alphas.length; i++) alphas[i] = (float) stage.alphas()[i];
        return Map.of("out.latents", turned(stage.denormalised(latents)), "mid.alphas_cumprod", new Values(new int[] {alphas.length}, alphas, null));
    }

    private static Values turned(Tensor x) {
        return Values.of(x).turned();
    }
}
