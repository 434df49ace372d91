package io.vivace.model.nano;

import io.vivace.Listener;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.TokenSettings;
import io.vivace.text.Tokenizer;
import io.vivace.weights.Json;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs of text tower and language model with everything given from outside, to compare with the original implementation. */
public final class NanoTrial {
    private final NanoConfig config;
    private final Weights weights;
    private final Backend backend;

    /** @param config of the family nano */
    public NanoTrial(Json.ObjectNode config, Weights weights, Backend backend) {
        this.config = NanoConfig.of(config);
        this.weights = weights;
        this.backend = backend;
    }

    /** Word pieces of a prompt, no more than the model reads. */
    public int[] ids(String prompt) {
        return TextReader.ids(Tokenizer.of(weights.get("tokenizer").bytes()), config, prompt);
    }

    /**
     * Scores of a sheet's fields behind a text, each behind the fields before it: [1, values] by the field's name, and [1, fields] as "said": above 0 where
     * the text states it.
     */
    public Map<String, Tensor> fields(int[] ids, int[] sheet) {
        try (Backend.Session session = backend.open(weights)) {
            Program program = session.compile(new TextGraph(config, 1, ids.length).score());
            program.set(TextGraph.IDS, Tensor.of(Shape.of(1, ids.length), ids)).set(TextGraph.TOLD, Tensor.of(Shape.of(1, sheet.length), sheet)).run();
            Map<String, Tensor> scores = new LinkedHashMap<>();
            for (String field : Sheet.FIELDS) scores.put(field, program.get(field));
            scores.put(TextGraph.SAID, program.get(TextGraph.SAID));
            return scores;
        }
    }

    /**
     * Scores of the tokens of given bars, each behind those before it; no more bars than attention sees.
     *
     * @param sheets [batch][fields]
     * @param bars   [batch][bars][steps][streams]
     * @param totals bars of each whole piece
     * @param cached one bar a pass; else the last bar alone, behind a pass over all before it
     * @return by stream [batch, bars, steps, codes]; where not cached, of the last bar only
     */
    public List<Tensor> scores(int[][] sheets, int[][][][] bars, int[] totals, boolean cached) {
        int batch = sheets.length, count = bars[0].length, passes = cached ? count : 1;
        var pieces = new Pieces(config, Arrays.stream(sheets).map(Sheet::new).toList(), totals);
        var all = new float[BarGraph.STREAMS][];
        try (Backend.Session session = backend.open(weights)) {
            Program program = session.compile(new BarGraph(config, batch).score(cached ? 1 : count));
            for (int bar = 0; bar < count; bar++) {
                if (cached || bar == count - 1) {
                    pieces.set(program, cached ? 1 : count);
                    program.set(BarGraph.TOLD, Tensor.of(Shape.of(batch, BarGraph.STREAMS * NanoConfig.STEPS), flat(bars, bar))).run();
                    for (int s = 0; s < all.length; s++) all[s] = placed(all[s], program.get(BarGraph.LOGITS.get(s)).floats(), batch, cached ? bar : 0, passes);
                }
                pieces.append(bar(bars, bar));
            }
        }
        return List.of(tensor(all[0], batch, passes, 0), tensor(all[1], batch, passes, 1));
    }

    private Tensor tensor(float[] scores, int batch, int bars, int stream) {
        return Tensor.of(Shape.of(batch, bars, NanoConfig.STEPS, config.codes().get(stream)), scores);
    }

    private static int[][][] bar(int[][][][] bars, int bar) {
        return Arrays.stream(bars).map(piece -> piece[bar]).toArray(int[][][]::new);
    }

    private static int[] flat(int[][][][] bars, int bar) {
        return Arrays.stream(bar(bars, bar)).flatMap(Arrays::stream).flatMapToInt(Arrays::stream).toArray();
    }

    /** Copies [batch][size] into [batch][bars][size] at one bar. */
    private static float[] placed(float[] all, float[] scores, int batch, int bar, int bars) {
        int size = scores.length / batch;
        float[] into = all == null ? new float[batch * bars * size] : all;
        for (int b = 0; b < batch; b++) System.arraycopy(scores, b * size, into, (b * bars + bar) * size, size);
        return into;
    }

    /**
     * The likeliest bars of pieces, written as one batch.
     *
     * @return [batch][bars][steps][streams]
     */
    public int[][][][] likeliest(int[][] sheets, int[] totals) {
        int longest = Arrays.stream(totals).max().orElseThrow();
        var run = new Run(Listener.NONE, longest);
        var bars = new int[sheets.length][longest][][];
        try (var writer = new BarWriter(config, backend, weights)) {
            writer.begin(Arrays.stream(sheets).map(Sheet::new).toList(), totals, TokenSettings.greedy(sheets.length));
            for (int bar = 0; bar < longest; bar++) {
                int[][][] next = writer.next(run);
                for (int b = 0; b < bars.length; b++) bars[b][bar] = next[b];
            }
        }
        for (int b = 0; b < bars.length; b++) bars[b] = Arrays.copyOf(bars[b], totals[b]);
        return bars;
    }

    /** Notes of a piece, [bars][steps][streams]. */
    public List<Note> notes(int[] sheet, int[][][] bars) {
        return Score.notes(config, new Sheet(sheet), bars);
    }
}
