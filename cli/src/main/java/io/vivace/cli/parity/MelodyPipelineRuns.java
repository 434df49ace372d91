package io.vivace.cli.parity;

import io.vivace.backend.Backend;
import java.util.Map;

/** What cases of the whole of MeLoDy compute. */
final class MelodyPipelineRuns {
    private MelodyPipelineRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        throw new Unsupported("cases of kind " + test.kind());
    }
}
