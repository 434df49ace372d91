package io.vivace.model.ssmttm;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.TokenSettings;
import io.vivace.model.ssmttm.PromptPass.Prompted;
import io.vivace.model.t5.T5Config;
import io.vivace.model.t5.T5Encoder;
import io.vivace.weights.Json;
import io.vivace.weights.Weights;
import java.util.Arrays;

/**
 * Runs with everything given from outside, to compare with the original implementation: token ids with their padding, columns of codes, the likeliest
 * choice. Takes the same graphs and steps as composing does.
 */
public final class Trial {
    /** Columns that the original draws beyond what it is asked for. */
    private static final int SPARE = 10;

    /**
     * What a run of the likeliest tokens gave.
     *
     * @param delayed [batch][codebooks][columns], the start included
     * @param codes   [batch][codebooks][length]
     * @param first   guided logits of the first step, [batch, codebooks, vocabulary]
     * @param last    of the last step
     */
    public record Outcome(int[][][] delayed, int[][][] codes, Tensor first, Tensor last) {}

    /**
     * Texts of a batch as the original fills them.
     *
     * @param ids  [rows][tokens]
     * @param mask 0 where filled, [rows][tokens]
     */
    public record Filled(int[][] ids, int[][] mask) {}

    private final LmConfig config;
    private final Backend backend;
    private final Weights weights;
    private final int[][] mask;
    private final Tensor text;

    /**
     * @param config of the family ssm-ttm
     * @param ids    token ids of all rows with their filling, [rows][tokens]
     * @param mask   0 where filled, [rows][tokens]
     */
    public Trial(Json.ObjectNode config, Weights weights, Backend backend, int[][] ids, int[][] mask) {
        this.config = LmConfig.of(config.object("lm"));
        this.weights = weights;
        this.backend = backend;
        this.mask = mask;
        try (var encoder = new T5Encoder(T5Config.of(config.object("text")), backend, weights)) {
            text = encoder.encode(ids, mask);
        }
    }

    /** Token ids of the texts of one batch, filled. */
    public static Filled filled(Json.ObjectNode config, int[][] tokens) {
        LmConfig lm = LmConfig.of(config.object("lm"));
        int longest = Arrays.stream(tokens).mapToInt(row -> row.length).max().orElseThrow();
        TextRows[] rows = Arrays.stream(tokens).map(row -> TextRows.of(row, longest, lm)).toArray(TextRows[]::new);
        return new Filled(Arrays.stream(rows).map(TextRows::ids).toArray(int[][]::new), Arrays.stream(rows).map(TextRows::mask).toArray(int[][]::new));
    }

    /** States of the text encoder, [rows, tokens, text width]. */
    public Tensor text() {
        return text;
    }

    /** What the language model makes of them, [rows, tokens, hidden]. */
    public Tensor condition() {
        Prompted[] prompts = prompts();
        int size = prompts[0].condition().floats().length;
        var all = new float[prompts.length * size];
        for (int row = 0; row < prompts.length; row++) System.arraycopy(prompts[row].condition().floats(), 0, all, row * size, size);
        return Tensor.of(Shape.of(prompts.length, mask[0].length, config.hidden()), all);
    }

    private Prompted[] prompts() {
        int tokens = mask[0].length, size = tokens * config.textWidth();
        try (var pass = new PromptPass(config, backend, weights)) {
            var all = new Prompted[mask.length];
            for (int row = 0; row < all.length; row++) {
                float[] own = Arrays.copyOfRange(text.floats(), row * size, (row + 1) * size);
                all[row] = pass.take(Tensor.of(Shape.of(1, tokens, config.textWidth()), own), mask[row]);
            }
            return all;
        }
    }

    /**
     * Logits of given columns without guidance, [rows, codebooks, columns, vocabulary]; where text stands before them, its last row's come first.
     *
     * @param columns [rows][codebooks][columns]
     * @param chunk   most columns of a pass
     */
    public Tensor logits(int[][][] columns, int chunk) {
        Prompted[] prompts = prompts();
        int count = columns[0][0].length, codebooks = config.codebooks(), lead = config.crossAttention() ? 0 : 1, vocabulary = config.vocabulary();
        var all = new float[columns.length * codebooks * (lead + count) * vocabulary];
        for (int row = 0; lead > 0 && row < columns.length; row++) scatter(prompts[row].ends(), row, 1, all, 0, lead + count);
        Layout layout = new Layout(columns.length, false, mask[0].length, config.selfAttention() ? count : 0);
        try (var session = new LmSession(config, layout, null, backend, weights)) {
            session.start(TokenSettings.greedy(columns.length), 1, prompts, false);
            for (int from = 0; from < count; from += chunk) {
                int frames = Math.min(chunk, count - from);
                Program program = session.compile(new MusicLm(config, layout).logits(frames));
                program.set("codes", tokens(columns, from, frames)).set("positions", Sinusoids.of(lead * mask[0].length + from, frames, config.hidden())).run();
                float[] logits = program.get("logits").floats();
                for (int row = 0, size = logits.length / columns.length; row < columns.length; row++) {
                    scatter(Arrays.copyOfRange(logits, row * size, (row + 1) * size), row, frames, all, lead + from, lead + count);
                }
            }
        }
        return Tensor.of(Shape.of(columns.length, codebooks, lead + count, vocabulary), all);
    }

    /** Copies [frames, codebooks, vocabulary] of one row into [rows, codebooks, capacity, vocabulary]. */
    private void scatter(float[] logits, int row, int frames, float[] into, int at, int capacity) {
        int codebooks = config.codebooks(), vocabulary = config.vocabulary();
        for (int i = 0; i < frames * codebooks; i++) {
            System.arraycopy(logits, i * vocabulary, into, ((row * codebooks + i % codebooks) * capacity + at + i / codebooks) * vocabulary, vocabulary);
        }
    }

    private static Tensor tokens(int[][][] columns, int from, int frames) {
        int codebooks = columns[0].length;
        var tokens = new int[columns.length * frames * codebooks];
        for (int i = 0; i < tokens.length; i++) tokens[i] = columns[i / codebooks / frames][i % codebooks][from + i / codebooks % frames];
        return Tensor.of(Shape.of(columns.length, frames, codebooks), tokens);
    }

    /**
     * Composes the likeliest tokens. The rows are the clips, then as many null rows.
     *
     * @param length frames
     */
    public Outcome likeliest(int length, double guidance) {
        int batch = mask.length / 2, steps = length + SPARE;
        var delayed = new int[batch][config.codebooks()][steps + 1];
        Tensor first = null, last = null;
        try (var session = new LmSession(config, new Layout(batch, true, mask[0].length, config.selfAttention() ? steps : 0), null, backend, weights)) {
            session.start(TokenSettings.greedy(batch), guidance, prompts(), false);
            for (int[][] row : delayed) for (int[] codes : row) codes[0] = config.special();
            for (int i = 0, fetched = 1; i < steps; i++) {
                session.step(1);
                if (i == 0) first = session.logits();
                if (i == steps - 1) last = session.logits();
                if (session.full() || i == steps - 1) fetched = put(session.fetch(), delayed, fetched);
            }
        }
        int[][][] drawn = Arrays.stream(delayed).map(row -> Arrays.stream(row).map(codes -> Arrays.copyOfRange(codes, 1, codes.length)).toArray(int[][]::new))
                .toArray(int[][][]::new);
        int[][][] frames = new Undelay(batch, config.codebooks()).frames(drawn);
        for (int[][] row : frames) Arrays.setAll(row, k -> Arrays.copyOf(row[k], length));
        return new Outcome(delayed, frames, first, last);
    }

    private static int put(int[][][] fresh, int[][][] into, int at) {
        for (int b = 0; b < into.length; b++) {
            for (int k = 0; k < into[b].length; k++) System.arraycopy(fresh[b][k], 0, into[b][k], at, fresh[b][k].length);
        }
        return at + fresh[0][0].length;
    }
}
