package io.vivace.cli.parity;

import io.vivace.backend.Backend;
import java.util.Map;

/** What cases of MeLoDy's prompt quantiser and codec compute. */
final class MelodyCodecRuns {
    private MelodyCodecRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        throw new Unsupported("cases of kind " + test.kind());
    }
}
