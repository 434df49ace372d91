package io.vivace.cli.parity;

import io.vivace.backend.Backend;
import java.util.Map;

/** What cases of MeLoDy compute. */
final class MelodyRuns {
    private MelodyRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        return switch (test.kind()) {
            case "tokenize", "codec-encode", "codec-decode" -> MelodyCodecRuns.run(test, in, backend);
            case "lm-logits", "lm-generate" -> MelodyLmRuns.run(test, in, backend);
            case "block", "denoise", "sample" -> MelodyDiffusionRuns.run(test, in, backend);
            case "pipeline" -> MelodyPipelineRuns.run(test, in, backend);
            default -> throw new Unsupported("cases of kind " + test.kind());
        };
    }
}
