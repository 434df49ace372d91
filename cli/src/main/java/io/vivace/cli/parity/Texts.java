package io.vivace.cli.parity;

import io.vivace.BadCheckpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.text.Tokenizer;
import io.vivace.text.TokenizerFiles;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.util.Arrays;
import java.util.List;

/** Tokenizer cases: texts and the ids of each. */
final class Texts {
    private Texts() {}

    static Check check(Case test) {
        Tokenizer tokenizer = Tokenizer.of(TokenizerFiles.read(test.checkpoint())
                .orElseThrow(() -> new BadCheckpoint(test.checkpoint() + " has no tokenizer files; the case is incomplete.")));
        ObjectNode json = Checkpoints.json(test.folder().resolve("texts.json"));
        List<Json> texts = json.array("texts").elements(), ids = json.array("ids").elements();
        if (texts.size() != ids.size()) throw new BadCheckpoint(test + ": " + texts.size() + " texts, but ids of " + ids.size() + "; the case is damaged.");
        int wrong = 0;
        for (int i = 0; i < texts.size(); i++) {
            int[] want = ((Json.ArrayNode) ids.get(i)).integers(0, Integer.MAX_VALUE);
            if (!Arrays.equals(tokenizer.encode(((Json.StringNode) texts.get(i)).value()), want)) wrong++;
        }
        return Check.counted("ids of texts", wrong, texts.size());
    }
}
