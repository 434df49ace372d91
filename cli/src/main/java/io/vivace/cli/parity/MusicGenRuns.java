package io.vivace.cli.parity;

import io.vivace.backend.Backend;
import io.vivace.graph.Tensor;
import io.vivace.model.musicgen.Trial;
import io.vivace.model.musicgen.Trial.Given;
import io.vivace.text.Tokenizer;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.ModelFile;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What cases of MusicGen's decoder and of the whole way from prompt to sound compute. */
final class MusicGenRuns {
    private MusicGenRuns() {}

    /** Logits of given codes, all at once and column by column. */
    static Map<String, Values> logits(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test)) {
            var trial = new Trial(model.file().config(), model.file(), backend);
            boolean melody = in.has("in.decoder_input_ids");
            int[][] flat = in.matrix(melody ? "in.decoder_input_ids" : "in.input_ids");
            int rows = in.matrix(melody ? "in.attention_mask" : "in.encoder_attention_mask").length;
            Given given = melody ? given(in, rows) : new Given(null, in.matrix("in.encoder_attention_mask"), in.tensor("in.encoder_hidden_states"), null, rows);
            int[][][] columns = new int[rows][][];
            int codebooks = flat.length / rows;
            for (int row = 0; row < rows; row++) columns[row] = Arrays.copyOfRange(flat, row * codebooks, (row + 1) * codebooks);
            return Map.of("out.logits", Values.of(trial.logits(given, columns, false)), "out.logits cached", Values.of(trial.logits(given, columns, true)));
        }
    }

    /** Greedy codes and their sound, from token ids. */
    static Map<String, Values> generate(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test)) {
            int rows = in.has("in.input_ids") ? in.matrix("in.input_ids").length : test.params().integer("unconditional", 1, 1 << 10);
            return generate(test, in, given(in, rows), model.file(), backend);
        }
    }

    /** Prompts to sound; the token ids must be the original's too. */
    static Map<String, Values> pipeline(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test)) {
            Tokenizer tokenizer = Tokenizer.of(model.file().get("tokenizer").bytes());
            int[][] ids = test.params().array("prompts").elements().stream()
                    .map(prompt -> tokenizer.encode(((Json.StringNode) prompt).value())).toArray(int[][]::new);
            int longest = Arrays.stream(ids).mapToInt(row -> row.length).max().orElseThrow(), pad = tokenizer.padId().orElse(0);
            int[][] mask = new int[ids.length][longest], padded = new int[ids.length][longest];
            for (int row = 0; row < ids.length; row++) {
                Arrays.fill(padded[row], pad);
                System.arraycopy(ids[row], 0, padded[row], 0, ids[row].length);
                Arrays.fill(mask[row], 0, ids[row].length, 1);
            }
            var results = generate(test, in, new Given(padded, mask, null, chroma(in), ids.length), model.file(), backend);
            results.put("in.input_ids", Values.of((Object) padded));
            results.put("in.attention_mask", Values.of((Object) mask));
            return results;
        }
    }

    private static Given given(CaseTensors in, int rows) {
        return new Given(in.matrixOr("in.input_ids", null), in.matrixOr("in.attention_mask", null), null, chroma(in), rows);
    }

    private static float[][][] chroma(CaseTensors in) {
        return in.has("in.input_features") ? in.sounds("in.input_features") : null;
    }

    private static Map<String, Values> generate(Case test, CaseTensors in, Given given, ModelFile file, Backend backend) {
        ObjectNode params = test.params();
        if (params.flag("do_sample", false)) throw new Unsupported("sampled tokens: the original's random numbers are its own");
        var trial = new Trial(file.config(), file, backend);
        var results = new HashMap<String, Values>();
        int[][][] prompt = in.has("in.prompt_codes") ? in.cube("in.prompt_codes") : null;
        if (in.has("in.prompt_audio")) {
            prompt = trial.encode(in.sounds("in.prompt_audio"));
            results.put("mid.prompt_codes", Values.of((Object) prompt));
        }
        Trial.Outcome outcome = trial.greedy(given, prompt, params.number("guidance_scale", 1), params.integer("max_new_tokens", 1, 1 << 20));
        results.put("out.codes", Values.of((Object) outcome.codes()));
        results.put("mid.delayed", Values.of((Object) outcome.delayed()));
        results.put("out.audio", Values.of((Object) outcome.audio()));
        if (in.has("mid.scores")) results.put("mid.scores", first(outcome.scores(), in.get("mid.scores").dims()[0]));
        return results;
    }

    private static Values first(List<Tensor> scores, int steps) {
        var all = new float[steps * scores.getFirst().floats().length];
        for (int i = 0; i < steps; i++) System.arraycopy(scores.get(i).floats(), 0, all, i * all.length / steps, all.length / steps);
        int[] step = scores.getFirst().shape().toArray();
        return new Values(new int[] {steps, step[0], step[1], step[2]}, all, null);
    }
}
