package io.vivace.model.musicgen;

import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.encodec.Encodec;
import io.vivace.model.musicgen.Decoder.Layout;
import io.vivace.model.t5.T5Encoder;
import io.vivace.nn.Rows;
import io.vivace.weights.Json;
import io.vivace.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs with everything given from outside, to compare with the original implementation: token ids with their padding, greedy
 * choice, transformers' count of new tokens, one window. Takes the same graphs and steps as composing does.
 */
public final class Trial {

    /**
     * Conditions of a batch; absent ones are null.
     *
     * @param ids    token ids, [batch][tokens], padded
     * @param mask   [batch][tokens]
     * @param states in place of ids: text states, [batch, tokens, text width]
     * @param chroma one-hot frames, [batch][frames][bins]
     * @param rows   batch; without ids and states: that many rows that nothing is asked of
     */
    public record Given(int[][] ids, int[][] mask, Tensor states, float[][][] chroma, int rows) {}

    /**
     * What a greedy run gave.
     *
     * @param codes   [batch][codebooks][frames]
     * @param delayed the same with start column and pads, [batch][codebooks][columns]
     * @param scores  guided logits of each step, [batch, codebooks, vocabulary]
     * @param audio   [batch][channels][samples]
     */
    public record Outcome(int[][][] codes, int[][][] delayed, List<Tensor> scores, float[][][] audio) {}

    private final MusicGenConfig config;
    private final Weights weights;
    private final Backend backend;

    /** @param config of the families musicgen, musicgen-melody and musicgen-decoder */
    public Trial(Json.ObjectNode config, Weights weights, Backend backend) {
        this.config = MusicGenConfig.of(config);
        this.weights = weights;
        this.backend = backend;
    }

    /**
     * Composes greedily.
     *
     * @param prompt    codes to go on from, [batch][codebooks][frames], or null; a first frame of pads does not count
     * @param newTokens columns to draw
     */
    public Outcome greedy(Given given, int[][][] prompt, double guidance, int newTokens) {
        int[][][] known = prompt == null ? new int[given.rows][config.decoder().codebooks()][0] : withoutStart(prompt);
        DelayPattern pattern = config.pattern();
        int columns = 1 + known[0][0].length + newTokens, frames = columns - pattern.columns(0);
        if (frames < 1) throw new BadRequest(newTokens + " new tokens hold no whole frame; ask for at least " + (1 - frames) + " more.");
        Conditions conditions = conditions(given);
        boolean guided = guidance > 1 && (given.ids != null || given.states != null || given.chroma != null);
        List<Tensor> scores = new ArrayList<>();
        var delayed = new int[given.rows][pattern.codebooks()][columns];
        start(delayed, known);
        try (var session = new DecoderSession(config, layout(given, conditions, guided, columns), null, backend, weights)) {
            session.start(Settings.greedy(given.rows, guidance), conditions);
            session.open(known, frames);
            while (session.fills()) session.fill();
            while (session.column() < columns - 1) {
                session.step();
                scores.add(session.logits());
            }
            int[] drawn = session.codes();
            for (int i = 0; i < drawn.length; i++) {
                int column = i / pattern.codebooks() % columns;
                if (column > known[0][0].length) delayed[i / pattern.codebooks() / columns][i % pattern.codebooks()][column] = drawn[i];
            }
        }
        int[][][] codes = undelayed(delayed, frames);
        return new Outcome(codes, delayed, scores, decode(codes));
    }

    /** Codes of a sound, [batch][codebooks][frames]: what a continuation of it starts from. Audio is [batch][channels][samples]. */
    public int[][][] encode(float[][][] audio) {
        try (var codec = new Encodec(config.codec(), backend, weights)) {
            return Continuation.codes(audio, config, codec);
        }
    }

    /** Sound of codes [batch][codebooks][frames] as a whole: [batch][channels][samples]. */
    public float[][][] decode(int[][][] codes) {
        int channels = config.decoder().channels();
        try (var codec = new Encodec(config.codec(), backend, weights)) {
            float[][][] rows = codec.decode(Continuation.channels(codes, channels));
            var audio = new float[codes.length][channels][];
            for (int row = 0; row < rows.length; row++) audio[row / channels][row % channels] = rows[row][0];
            return audio;
        }
    }

    /**
     * Logits of given columns, without guidance.
     *
     * @param columns [batch][codebooks][columns], start and pads included
     * @param cached  one column a pass; else all in one
     * @return [batch · codebooks, prefix + columns, vocabulary]
     */
    public Tensor logits(Given given, int[][][] columns, boolean cached) {
        Conditions conditions = conditions(given);
        int count = columns[0][0].length, codebooks = config.decoder().codebooks();
        Layout layout = layout(given, conditions, false, count);
        var all = new float[given.rows * codebooks * layout.capacity() * config.decoder().vocabulary()];
        var decoder = new Decoder(config.decoder(), layout);
        try (var session = new DecoderSession(config, layout, null, backend, weights)) {
            session.start(Settings.greedy(given.rows, 1), conditions);
            Program first = session.compile(decoder.logits(cached ? 1 : count, true));
            first.set("codes", tokens(columns));
            first.run();
            int filled = scatter(first.get("logits"), all, 0, layout.capacity());
            Program next = filled < layout.capacity() ? session.compile(decoder.logits(1, false)) : null;
            while (filled < layout.capacity()) {
                next.run();
                filled = scatter(next.get("logits"), all, filled, layout.capacity());
            }
        }
        return Tensor.of(Shape.of(given.rows * codebooks, layout.capacity(), config.decoder().vocabulary()), all);
    }

    /** Copies [batch, frames, codebooks, vocabulary] into [batch, codebooks, capacity, vocabulary]; returns the frame after. */
    private static int scatter(Tensor logits, float[] into, int from, int capacity) {
        Shape s = logits.shape();
        int frames = s.at(1), codebooks = s.at(2), vocabulary = s.at(3);
        for (int i = 0; i < s.rows(); i++) {
            int k = i % codebooks, f = i / codebooks % frames, b = i / codebooks / frames;
            System.arraycopy(logits.floats(), i * vocabulary, into, ((b * codebooks + k) * capacity + from + f) * vocabulary, vocabulary);
        }
        return from + frames;
    }

    private Layout layout(Given given, Conditions conditions, boolean guided, int columns) {
        boolean cross = config.decoder().crossAttention();
        int prefix = cross ? 0 : config.chroma().length() + conditions.tokens();
        return new Layout(given.rows, guided, cross ? conditions.tokens() : 0, prefix, columns);
    }

    private Conditions conditions(Given given) {
        boolean cross = config.decoder().crossAttention();
        Tensor mask = given.mask == null ? null : Rows.tensor("mask values", given.mask, 2);
        Tensor states = given.states != null ? given.states : given.ids != null ? encoded(given) : null;
        if (cross) return states == null ? Conditions.NONE : new Conditions(states, mask, null);
        if (states == null) {
            states = Tensor.of(Shape.of(given.rows, 1, config.textWidth()), new float[given.rows * config.textWidth()]);
            mask = Tensor.of(Shape.of(given.rows, 1), new int[given.rows]);
        }
        return new Conditions(states, mask, chroma(given));
    }

    private Tensor encoded(Given given) {
        try (var encoder = new T5Encoder(config.text(), backend, weights)) {
            return encoder.encode(given.ids, given.mask);
        }
    }

    private Tensor chroma(Given given) {
        int length = config.chroma().length(), bins = config.chroma().bins();
        var all = new float[given.rows * length * bins];
        for (int b = 0; b < given.rows; b++) {
            float[] row = given.chroma == null ? ConditionRows.nullChroma(length, bins) : Melody.tiled(given.chroma[b], length, bins);
            System.arraycopy(row, 0, all, b * row.length, row.length);
        }
        return Tensor.of(Shape.of(given.rows, length, bins), all);
    }

    private int[][][] withoutStart(int[][][] prompt) {
        for (int[][] row : prompt) {
            for (int[] codes : row) if (codes.length == 0 || codes[0] != config.decoder().pad()) return prompt;
        }
        return Arrays.stream(prompt).map(Trial::withoutFirst).toArray(int[][][]::new);
    }

    private static int[][] withoutFirst(int[][] row) {
        return Arrays.stream(row).map(codes -> Arrays.copyOfRange(codes, 1, codes.length)).toArray(int[][]::new);
    }

    /** Writes the columns that no step draws: start, and those of the prompt that the first pass takes. */
    private void start(int[][][] delayed, int[][][] known) {
        int[] delays = config.pattern().delays();
        for (int b = 0; b < delayed.length; b++) {
            for (int k = 0; k < delays.length; k++) {
                for (int column = 0; column <= known[b][k].length; column++) {
                    int frame = column - 1 - delays[k];
                    delayed[b][k][column] = frame < 0 ? config.decoder().pad() : known[b][k][frame];
                }
            }
        }
    }

    private int[][][] undelayed(int[][][] delayed, int frames) {
        int[] delays = config.pattern().delays();
        var codes = new int[delayed.length][delays.length][];
        for (int b = 0; b < delayed.length; b++) {
            for (int k = 0; k < delays.length; k++) codes[b][k] = Arrays.copyOfRange(delayed[b][k], 1 + delays[k], 1 + delays[k] + frames);
        }
        return codes;
    }

    private static Tensor tokens(int[][][] columns) {
        int codebooks = columns[0].length, count = columns[0][0].length;
        var tokens = new int[columns.length * count * codebooks];
        for (int i = 0; i < tokens.length; i++) tokens[i] = columns[i / codebooks / count][i % codebooks][i / codebooks % count];
        return Tensor.of(Shape.of(columns.length, count, codebooks), tokens);
    }
}
