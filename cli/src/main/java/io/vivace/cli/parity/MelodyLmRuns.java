package io.vivace.cli.parity;

import io.vivace.backend.Backend;
import java.util.Map;

/** What cases of MeLoDy's language model compute. */
final class MelodyLmRuns {
    private MelodyLmRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        throw new Unsupported("cases of kind " + test.kind());
    }
}
