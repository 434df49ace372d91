package io.vivace.cli.parity;

import io.vivace.Speculation;
import io.vivace.backend.Backend;
import io.vivace.graph.Tensor;
import io.vivace.model.melody.LatentSampler;
import io.vivace.model.melody.LmTrial;
import io.vivace.model.melody.MelodyCodec;
import io.vivace.model.melody.MelodyConfig;
import io.vivace.weights.ModelFile;
import java.util.Map;

/** What cases of the whole of MeLoDy compute: prompt tokens to semantic tokens (greedy), to latents, to sound. */
final class MelodyPipelineRuns {
    private MelodyPipelineRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test)) {
            ModelFile file = model.file();
            MelodyConfig config = MelodyConfig.of(file.config());
            int count = config.semantic().firstToken(test.params().integer("further_chunks", 0, 1 << 16)) + config.semantic().window();
            int[][] tokens = new LmTrial(file.config(), file, backend).greedy(in.matrix("in.prompt_tokens"), count, 1, Speculation.OFF);
            try (var sampler = new LatentSampler(config, backend, file); var codec = new MelodyCodec(config.codec(), backend, file)) {
                Tensor latents = MelodyDiffusionRuns.tensor(MelodyDiffusionRuns.latents(test, in, tokens, config, sampler), config);
                return Map.of("mid.tokens", Values.of((Object) tokens), "mid.latents", Values.of(latents),
                        "out.audio", Values.of((Object) codec.decode(latents)));
            }
        }
    }
}
