package io.vivace.draft;

import io.vivace.backend.Program;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.nn.TokenColumns;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Brings a batch forward by several columns a pass where guesses are right. A pass takes the last right column and the guessed ones behind it, and draws
 * behind each with the random numbers of that place; a guess is right exactly if it is what was drawn there from nothing but right columns. So
 * the columns are those of one pass each. Rows go on together, by what is right in all of them; what a row knows beyond that is its next guess.
 */
public final class Speculator {
    /**
     * Columns that a pass takes at most. Up to four queries take the same way through attention on every device and in every precision, so that a
     * column's bits do not depend on the company.
     */
    public static final int MOST = 4;
    /** Names of outputs of the passes: what was drawn, [batch, columns, codebooks]; what further heads drew, [batch, columns, heads], if there are any. */
    public static final String DRAWN = "tokens", AHEAD = "ahead";

    private static final int[] NOTHING = {};

    private final Draft draft;
    private final IntFunction<Program> passes;
    private final int batch, columns, codebooks, heads, past;
    private final int[][] tokens;
    private final int[][] ahead;
    private final int[] known;
    private final Map<String, Integer> counters = new LinkedHashMap<>();
    private int[] given;
    /** Columns here that lie before the device's first. */
    private int before;
    private int column;
    private int begun;
    private int drawn;

    /**
     * @param passes programs over the states of {@link TokenColumns}, by the number of columns that they take and draw behind
     * @param heads  of the output "ahead", 0: there is none
     */
    public Speculator(Draft draft, int batch, int columns, int codebooks, int heads, IntFunction<Program> passes) {
        this(draft, batch, columns, codebooks, heads, 0, passes);
    }

    /** @param past columns that guesses may look back at when the device's have {@link #moved} on */
    public Speculator(Draft draft, int batch, int columns, int codebooks, int heads, int past, IntFunction<Program> passes) {
        this.draft = draft;
        this.passes = passes;
        this.batch = batch;
        this.columns = columns;
        this.codebooks = codebooks;
        this.heads = heads;
        this.past = past;
        tokens = new int[batch][(past + columns) * codebooks];
        ahead = new int[batch][];
        known = new int[batch];
    }

    /**
     * Begins behind the first pass of a window.
     *
     * @param all      tokens on the device, [batch · columns · codebooks]
     * @param given    what places must hold, like all; negative where they are drawn
     * @param column   the last one that is known
     * @param counters states that count columns, and what they stand at
     */
    public void begin(int[] all, int[] given, int column, Map<String, Integer> counters) {
        this.given = given;
        this.column = begun = column;
        before = 0;
        this.counters.clear();
        this.counters.putAll(counters);
        drawn = column + 1;
        for (int b = 0; b < batch; b++) {
            System.arraycopy(all, b * columns * codebooks, tokens[b], 0, columns * codebooks);
            known[b] = column + 1;
            ahead[b] = NOTHING;
        }
    }

    /**
     * Goes on when the device's columns have moved on, so that their first is what was column {@code by}; guesses stay.
     *
     * @param counter the state that counts them, which has been set accordingly
     */
    public void moved(int by, String counter) {
        before += by;
        counters.computeIfPresent(counter, (_, start) -> start - by);
        int over = before - past;
        if (over <= 0) return;
        for (int b = 0; b < batch; b++) {
            System.arraycopy(tokens[b], over * codebooks, tokens[b], 0, tokens[b].length - over * codebooks);
            known[b] -= over;
        }
        before = past;
        column -= over;
        begun -= over;
        drawn -= over;
    }

    /**
     * One pass.
     *
     * @param most columns that are wanted, at least 1
     * @return columns that it brought
     */
    public int step(int most) {
        int taken = 1 + guess(Math.min(most, MOST) - 1);
        Program pass = passes.apply(taken);
        if (taken > 1) pass.set(TokenColumns.TOKENS, all());
        pass.run();
        int brought = keep(pass.get(DRAWN).ints(), heads == 0 ? NOTHING : pass.get(AHEAD).ints(), taken);
        column += brought;
        if (brought < taken) counters.forEach((name, start) -> pass.set(name, Tensor.of(Shape.of(1), start + column - begun)));
        return brought;
    }

    /** Guesses in every row; returns how many columns are guessed in all of them. */
    private int guess(int most) {
        int guessed = most;
        for (int b = 0; b < batch && guessed > 0; b++) {
            int right = known[b] - column - 1, more = Math.max(0, most - right);
            int added = draft.guess(new Draft.Past(tokens[b], codebooks, known[b], Math.max(drawn, known[b]), ahead[b]), more);
            int from = (b * columns - before) * codebooks;
            for (int i = known[b] * codebooks; i < (known[b] + added) * codebooks; i++) {
                if (given[from + i] >= 0) tokens[b][i] = given[from + i];
            }
            guessed = Math.min(guessed, right + added);
        }
        return guessed;
    }

    /** Takes what a pass drew; returns how many columns of it are right in all rows. */
    private int keep(int[] all, int[] allAhead, int taken) {
        for (int b = 0; b < batch; b++) {
            int from = b * taken * codebooks, at = (column + 1) * codebooks, right = 1;
            while (right < taken && Arrays.equals(tokens[b], at + (right - 1) * codebooks, at + right * codebooks,
                    all, from + (right - 1) * codebooks, from + right * codebooks)) right++;
            if (known[b] >= column + 1 + right) continue;
            known[b] = column + 1 + right;
            System.arraycopy(all, from, tokens[b], at, taken * codebooks);
            int behind = (b * taken + right - 1) * heads;
            if (heads > 0) ahead[b] = Arrays.copyOfRange(allAhead, behind, behind + heads);
        }
        drawn = column + 1 + taken;
        return Arrays.stream(known).min().orElseThrow() - 1 - column;
    }

    private Tensor all() {
        int row = columns * codebooks;
        int[] all = new int[batch * row];
        for (int b = 0; b < batch; b++) System.arraycopy(tokens[b], before * codebooks, all, b * row, row);
        return Tensor.of(Shape.of(batch, columns, codebooks), all);
    }
}
