package io.vivace.model.melody;

import io.vivace.Listener;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.TokenSettings;
import io.vivace.model.melody.LmGraph.Layout;
import io.vivace.nn.TokenColumns;
import io.vivace.weights.Json;
import io.vivace.weights.Weights;
import java.util.List;

/** Runs of the language model with everything given from outside, to compare with the original implementation. */
public final class LmTrial {
    /** What a run gave, and what it took. */
    public record Outcome(int[][] tokens, Report report) {}

    private final MelodyConfig config;
    private final Weights weights;
    private final Backend backend;

    /** @param config of the family melody */
    public LmTrial(Json.ObjectNode config, Weights weights, Backend backend) {
        this.config = MelodyConfig.of(config);
        this.weights = weights;
        this.backend = backend;
    }

    /**
     * Greedy tokens.
     *
     * @param prompts [batch][levels]
     * @param pieces  in how many calls they are asked for
     * @return [batch][count]
     */
    public int[][] greedy(int[][] prompts, int count, int pieces, Speculation speculation) {
        var run = new Run(Listener.NONE, count);
        try (var lm = new SemanticLm(config, speculation, backend, weights)) {
            Generation generation = lm.begin(prompts, TokenSettings.greedy(prompts.length), count);
            for (int piece = 1; piece < pieces; piece++) generation.until((int) ((long) piece * count / pieces), run);
            return generation.until(count, run);
        }
    }

    /**
     * Tokens as a request's settings have them drawn.
     *
     * @param requests seed, sample, temperature, top-k and top-p of each prompt
     */
    public Outcome sampled(int[][] prompts, List<Request> requests, int count, Speculation speculation, Listener listener) {
        var run = new Run(listener, count);
        try (var lm = new SemanticLm(config, speculation, backend, weights)) {
            int[][] tokens = lm.begin(prompts, TokenSettings.of(requests), count).until(count, run);
            return new Outcome(tokens, run.report(0));
        }
    }

    /**
     * Scores of the semantic token behind the prompt and behind each of the tokens.
     *
     * @param prompts [batch][levels]
     * @param tokens  [batch][tokens]
     * @param cached  one token a pass, behind the prompt; else all in one
     * @return [batch, 1 + tokens, semantic tokens]
     */
    public Tensor logits(int[][] prompts, int[][] tokens, boolean cached) {
        int levels = config.prompt().levels(), columns = levels + tokens[0].length, first = cached ? levels : columns, vocabulary = config.semantic().tokens();
        var graph = new LmGraph(config, new Layout(prompts.length, columns));
        var all = new float[prompts.length * (1 + columns - levels) * vocabulary];
        try (Backend.Session session = backend.open(weights)) {
            Program program = session.compile(graph.logits(first)), next = first == columns ? null : session.compile(graph.logits(1));
            program.set(LmGraph.ANGLES, LmGraph.angles(config.lm(), columns)).set(TokenColumns.TOKENS, ids(prompts, tokens)).run();
            copy(program.get("logits"), levels - 1, all, 0);
            for (int i = first; i < columns; i++) {
                next.run();
                copy(next.get("logits"), 0, all, 1 + i - levels);
            }
        }
        return Tensor.of(Shape.of(prompts.length, 1 + columns - levels, vocabulary), all);
    }

    private Tensor ids(int[][] prompts, int[][] tokens) {
        int levels = prompts[0].length, columns = levels + tokens[0].length;
        var ids = new int[prompts.length * columns];
        for (int i = 0; i < ids.length; i++) {
            int row = i / columns, column = i % columns;
            ids[i] = column < levels ? config.semantic().tokens() + column * config.prompt().size() + prompts[row][column] : tokens[row][column - levels];
        }
        return Tensor.of(Shape.of(prompts.length, columns, 1), ids);
    }

    /** Copies rows of [batch, rows, vocabulary] from {@code skip} on behind {@code at} rows of each of the whole's. */
    private static void copy(Tensor logits, int skip, float[] all, int at) {
        int batch = logits.shape().at(0), rows = logits.shape().at(1), vocabulary = logits.shape().last(), whole = all.length / batch;
        for (int b = 0; b < batch; b++) {
            System.arraycopy(logits.floats(), (b * rows + skip) * vocabulary, all, b * whole + at * vocabulary, (rows - skip) * vocabulary);
        }
    }
}
