package io.vivace.cli.parity;

import io.vivace.Speculation;
import io.vivace.backend.Backend;
import io.vivace.model.melody.LmTrial;
import java.util.Map;

/** What cases of MeLoDy's language model compute. */
final class MelodyLmRuns {
    private MelodyLmRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test)) {
            var trial = new LmTrial(model.file().config(), model.file(), backend);
            int[][] prompts = in.matrix("in.prompt_tokens");
            if (test.kind().equals("lm-logits")) {
                int[][] tokens = in.matrix("in.tokens");
                return Map.of("out.logits", Values.of(trial.logits(prompts, tokens, false)),
                        "out.logits cached", Values.of(trial.logits(prompts, tokens, true)));
            }
            int count = test.params().integer("count", 1, 1 << 20);
            return Map.of("out.tokens", Values.of((Object) trial.greedy(prompts, count, 1, Speculation.OFF)),
                    "out.tokens streamed", Values.of((Object) trial.greedy(prompts, count, 3, Speculation.OFF)),
                    "out.tokens ngram", Values.of((Object) trial.greedy(prompts, count, 1, Speculation.NGRAM)));
        }
    }
}
