package io.vivace.cli.parity;

import io.vivace.backend.Backend;
import io.vivace.graph.Tensor;
import io.vivace.model.nano.NanoTrial;
import io.vivace.model.nano.Note;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What cases of vivace-nano compute. */
final class NanoRuns {
    private NanoRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test)) {
            if (test.kind().equals("sample") || test.kind().equals("codec-decode")) return NanoSoundRuns.run(test, in, backend, model.file());
            var trial = new NanoTrial(model.file().config(), model.file(), backend);
            return switch (test.kind()) {
                case "text" -> text(test, in, trial);
                case "lm-logits" -> logits(in, trial);
                case "lm-generate" -> generate(in, trial);
                case "score" -> score(test, in, trial);
                default -> throw new Unsupported("cases of kind " + test.kind());
            };
        }
    }

    private static Map<String, Values> text(Case test, CaseTensors in, NanoTrial trial) {
        var results = new HashMap<String, Values>();
        List<String> prompts = test.params().array("prompts").texts();
        Map<String, List<Tensor>> scores = new LinkedHashMap<>();
        for (int i = 0; i < prompts.size(); i++) {
            int[] ids = trial.ids(prompts.get(i));
            results.put("out.ids." + i, new Values(new int[] {ids.length}, null, ids));
            trial.fields(ids, in.matrix("in.plans")[i]).forEach((name, each) -> scores.computeIfAbsent(name, _ -> new ArrayList<>()).add(each));
        }
        scores.forEach((name, rows) -> results.put(name.equals("said") ? "out.said" : "out.logits." + name,
                Values.of((Object) rows.stream().map(Tensor::floats).toArray(float[][]::new))));
        return results;
    }

    /** What is taken in one pass gives the scores of the last bar only. */
    private static Map<String, Values> logits(CaseTensors in, NanoTrial trial) {
        var results = new HashMap<String, Values>();
        int[][] sheets = in.matrix("in.plans");
        int[] totals = in.get("in.totals").ints();
        List<Tensor> cached = trial.scores(sheets, in.chunks("in.bars"), totals, true), last = trial.scores(sheets, in.chunks("in.bars"), totals, false);
        for (int stream = 0; stream < cached.size(); stream++) {
            Tensor behind = cached.get(stream);
            results.put("out.logits." + stream, Values.of(behind));
            int bars = behind.shape().at(1), size = behind.shape().size() / sheets.length / bars;
            float[] all = behind.floats().clone();
            for (int b = 0; b < sheets.length; b++) System.arraycopy(last.get(stream).floats(), b * size, all, ((b + 1) * bars - 1) * size, size);
            results.put("out.logits." + stream + " once", Values.of(Tensor.of(behind.shape(), all)));
        }
        return results;
    }

    private static Map<String, Values> generate(CaseTensors in, NanoTrial trial) {
        var results = new HashMap<String, Values>();
        int[][][][] bars = trial.likeliest(in.matrix("in.plans"), in.get("in.totals").ints());
        for (int i = 0; i < bars.length; i++) results.put("out.bars." + i, Values.of((Object) bars[i]));
        return results;
    }

    private static Map<String, Values> score(Case test, CaseTensors in, NanoTrial trial) {
        var results = new HashMap<String, Values>();
        for (int i = 0; i < test.params().integer("pieces", 1, 1 << 10); i++) {
            List<Note> notes = trial.notes(in.get("in.plan." + i).ints(), in.cube("in.bars." + i));
            results.put("out.pitches." + i, Values.of((Object) notes.stream().map(note -> new int[] {note.role(), note.pitch()}).toArray(int[][]::new)));
            results.put("out.times." + i, Values.of((Object) notes.stream().map(note -> new float[] {(float) note.start(), (float) note.end()})
                    .toArray(float[][]::new)));
        }
        return results;
    }
}
