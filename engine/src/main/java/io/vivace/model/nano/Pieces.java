package io.vivace.model.nano;

import io.vivace.backend.Program;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bars so far of a batch of pieces, and what the language model reads of them. */
final class Pieces {
    private static final int STEPS = NanoConfig.STEPS, STREAMS = BarGraph.STREAMS;

    private final NanoConfig config;
    private final List<Sheet> sheets;
    private final int[] totals;
    /** [bar][batch][steps][streams] */
    private final List<int[][][]> bars = new ArrayList<>();
    private final int steps;

    Pieces(NanoConfig config, List<Sheet> sheets, int[] totals) {
        this.config = config;
        this.sheets = List.copyOf(sheets);
        this.totals = totals.clone();
        steps = sheets.stream().mapToInt(this::steps).max().orElseThrow();
    }

    private int steps(Sheet sheet) {
        return sheet.style(config).metre().steps();
    }

    int batch() {
        return sheets.size();
    }

    /** Bars that there are. */
    int written() {
        return bars.size();
    }

    /** Steps of the longest metre; a shorter one's further draws change nothing. */
    int steps() {
        return steps;
    }

    /** Sets what a pass reads that writes the next bar, where the backbone takes the last {@code taken} ones. */
    void set(Program program, int taken) {
        program.set(BarGraph.SHEET, tensor(sheets.stream().flatMapToInt(sheet -> Arrays.stream(sheet.fields())).toArray(), batch(), Sheet.FIELDS.size()));
        program.set(BarGraph.BEFORE, before(taken)).set(BarGraph.NUMBER, numbers(taken)).set(BarGraph.AHEAD, ahead(taken)).set(BarGraph.EARLIER, earlier());
    }

    private static Tensor tensor(int[] values, int... extents) {
        return Tensor.of(Shape.of(extents), values);
    }

    /** A token, or the one that stands for bars in front of the piece. */
    private int token(int piece, int bar, int step, int stream) {
        return bar < 0 ? config.codes().get(stream) : bars.get(bar)[piece][step][stream];
    }

    /** The bar before each of those that the backbone takes. */
    private Tensor before(int taken) {
        var ids = new int[batch() * taken * STREAMS * STEPS];
        for (int i = 0; i < ids.length; i++) {
            int step = i % STEPS, stream = i / STEPS % STREAMS, place = i / STEPS / STREAMS % taken, piece = i / STEPS / STREAMS / taken;
            ids[i] = token(piece, written() - taken + place, step, stream);
        }
        return tensor(ids, batch(), taken, STREAMS, STEPS);
    }

    private Tensor numbers(int taken) {
        var ids = new int[taken];
        for (int i = 0; i < taken; i++) ids[i] = Math.min(written() + 1 - taken + i, config.lm().fromStart() - 1);
        return tensor(ids, 1, taken);
    }

    private Tensor ahead(int taken) {
        var ids = new int[batch() * taken];
        for (int i = 0; i < ids.length; i++) {
            int number = written() + 1 - taken + i % taken;
            ids[i] = Math.clamp(totals[i / taken] - 1 - number, 0, config.lm().toEnd() - 1);
        }
        return tensor(ids, batch(), taken);
    }

    private Tensor earlier() {
        List<Integer> back = config.lm().back();
        var ids = new int[batch() * STEPS * STREAMS * back.size()];
        for (int i = 0; i < ids.length; i++) {
            int ago = back.get(i % back.size()), at = i / back.size();
            ids[i] = token(at / STREAMS / STEPS, written() - ago, at / STREAMS % STEPS, at % STREAMS);
        }
        return tensor(ids, batch(), STEPS, STREAMS, back.size());
    }

    /** Appends a bar of every piece, [batch][steps][streams]. */
    void append(int[][][] next) {
        bars.add(next);
    }

    /**
     * Appends the bars that a pass wrote.
     *
     * @param drawn [batch · steps · streams]
     * @return [batch][steps][streams]
     */
    int[][][] take(int[] drawn) {
        var next = new int[batch()][STEPS][STREAMS];
        for (int i = 0; i < drawn.length; i++) {
            int piece = i / STREAMS / steps, step = i / STREAMS % steps;
            if (step < steps(sheets.get(piece))) next[piece][step][i % STREAMS] = drawn[i];
        }
        append(next);
        return Arrays.stream(next).map(piece -> Arrays.stream(piece).map(int[]::clone).toArray(int[][]::new)).toArray(int[][][]::new);
    }
}
