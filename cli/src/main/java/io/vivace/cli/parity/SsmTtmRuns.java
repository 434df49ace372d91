package io.vivace.cli.parity;

import io.vivace.backend.Backend;
import io.vivace.model.ssmttm.Trial;
import io.vivace.text.Tokenizer;
import io.vivace.weights.ModelFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What cases of SSM-TTM compute. */
final class SsmTtmRuns {
    /** Columns of a pass: less than a case has. */
    private static final int CHUNK = 4;

    private SsmTtmRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, ModelFile file, Backend backend) {
        var results = new HashMap<String, Values>();
        var trial = new Trial(file.config(), file, backend, in.matrix("in.input_ids"), in.matrix("in.attention_mask"));
        results.put("mid.text_states", Values.of(trial.text()));
        results.put("mid.condition", Values.of(trial.condition()));
        int[][][] codes = in.cube("in.codes");
        String logits = test.kind().equals("lm-generate") ? "mid.logits" : "out.logits";
        results.put(logits, Values.of(trial.logits(codes, codes[0][0].length)));
        results.put(logits + " chunked", Values.of(trial.logits(codes, CHUNK)));
        results.put(logits + " stepped", Values.of(trial.logits(codes, 1)));
        if (file.names().contains("tokenizer")) ids(test, file, results);
        switch (test.kind()) {
            case "lm-logits" -> { }
            case "lm-generate" -> generate(test, trial, results);
            default -> throw new Unsupported("cases of kind " + test.kind());
        }
        return results;
    }

    private static void generate(Case test, Trial trial, Map<String, Values> results) {
        Trial.Outcome outcome = trial.likeliest(test.params().integer("length", 1, 1 << 20), test.params().number("guidance"));
        results.put("out.tokens", Values.of((Object) outcome.codes()));
        results.put("mid.delayed", Values.of((Object) outcome.delayed()));
        results.put("mid.first_guided_logits", Values.of(outcome.first()));
        results.put("mid.last_guided_logits", Values.of(outcome.last()));
    }

    /** Prompts as the original tokenizes and fills them. */
    private static void ids(Case test, ModelFile file, Map<String, Values> results) {
        Tokenizer tokenizer = Tokenizer.of(file.get("tokenizer").bytes());
        List<String> prompts = test.params().array("prompts").texts();
        int[][] tokens = new int[2 * prompts.size()][];
        for (int i = 0; i < tokens.length; i++) tokens[i] = tokenizer.encode(i < prompts.size() ? prompts.get(i) : "");
        Trial.Filled filled = Trial.filled(file.config(), tokens);
        results.put("in.input_ids", Values.of((Object) filled.ids()));
        results.put("in.attention_mask", Values.of((Object) filled.mask()));
    }
}
