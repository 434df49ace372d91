package io.vivace.cli.parity;

import io.vivace.backend.Backend;
import java.util.Map;

/** What cases of MeLoDy's diffusion network and its sampler compute. */
final class MelodyDiffusionRuns {
    private MelodyDiffusionRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        throw new Unsupported("cases of kind " + test.kind());
    }
}
