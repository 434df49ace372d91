package io.vivace.model.melody;

import io.vivace.BadRequest;
import io.vivace.Speculation;
import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.draft.Draft;
import io.vivace.draft.Speculator;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.model.TokenSettings;
import io.vivace.model.melody.LmGraph.Layout;
import io.vivace.nn.Rows;
import io.vivace.weights.Weights;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Prompt tokens to semantic tokens: the language model of MeLoDy, window after window. */
public final class SemanticLm implements AutoCloseable {

    /** Bytes of a run beside the weights: what lives from step to step, and intermediate results. */
    public record Bytes(long state, long activations) {}

    /**
     * One window.
     *
     * @param start first token of the sequence that it sees
     * @param known tokens before the first that it makes
     * @param end   tokens that there are when it is done
     */
    record Window(int start, int known, int end) {}

    private final MelodyConfig config;
    private final Draft draft;
    private final Backend backend;
    private final Weights weights;
    /** Of the last clips; used again by some of the same shape. */
    private LmSession session;

    /**
     * @param config with a language model
     * @throws BadRequest if there are no heads for the drafts asked for
     */
    public SemanticLm(MelodyConfig config, Speculation speculation, Backend backend, Weights weights) {
        this.config = config;
        this.backend = backend;
        this.weights = weights;
        draft = Draft.of(speculation, config.lm().headsAhead());
    }

    /**
     * Begins a clip a prompt; they go as one batch, and what was begun before ends.
     *
     * @param prompts tokens of the quantiser, [batch][levels]
     * @param count   tokens that will be wanted of each at most
     * @throws BadRequest if a prompt has not a token a level, or one that the quantiser does not have
     */
    public Generation begin(int[][] prompts, TokenSettings settings, int count) {
        int[][] ids = ids(prompts);
        Layout layout = layout(config, prompts.length, count);
        if (session != null && !session.layout().equals(layout)) close();
        if (session == null) session = new LmSession(config, layout, draft, backend, weights);
        session.start(settings);
        return new Generation(session, ids, windows(config.semantic(), count));
    }

    /** As the model's ids: they follow the semantic tokens, level by level. */
    private int[][] ids(int[][] prompts) {
        int levels = config.prompt().levels(), size = config.prompt().size();
        int[] all = Rows.tensor("prompt tokens", prompts, size).ints();
        if (prompts[0].length != levels) {
            throw new BadRequest("The prompt has " + prompts[0].length + " tokens, but the model takes one for each of its " + levels + " levels.");
        }
        var ids = new int[prompts.length][levels];
        for (int i = 0; i < all.length; i++) ids[i / levels][i % levels] = config.semantic().tokens() + i % levels * size + all[i];
        return ids;
    }

    private static Layout layout(MelodyConfig config, int batch, int count) {
        return new Layout(batch, config.prompt().levels() + Math.min(count, config.semantic().window()));
    }

    /** The windows that so many tokens take; those that bring nothing new are left out. */
    static List<Window> windows(SemanticConfig semantic, int count) {
        List<Window> windows = new ArrayList<>();
        for (int number = 0, made = 0; made < count; number++) {
            int start = semantic.firstToken(number), end = Math.min(start + semantic.window(), count);
            if (end <= made) continue;
            windows.add(new Window(start, made - start, end));
            made = end;
        }
        return windows;
    }

    /** Network evaluations for so many tokens, with drafts at most; a batch counts once. */
    public static Map<Stage, Long> passes(MelodyConfig config, int count) {
        Map<Stage, Long> passes = new EnumMap<>(Stage.class);
        long windows = windows(config.semantic(), count).size();
        passes.put(Stage.PREFILL, windows);
        passes.put(Stage.DECODE, count - windows);
        return passes;
    }

    /** What so many tokens of a batch need, beside the weights. */
    public static Bytes bytes(MelodyConfig config, Speculation speculation, int batch, int count) {
        Draft draft = Draft.of(speculation, config.lm().headsAhead());
        var graph = new LmGraph(config, layout(config, batch, count));
        int heads = LmGraph.heads(config, draft);
        List<Graph> graphs = new ArrayList<>();
        for (int taken = 1; taken <= (draft == null ? 1 : Speculator.MOST); taken++) graphs.add(graph.step(taken, taken, heads));
        var known = new TreeSet<Integer>();
        for (Window window : windows(config.semantic(), count)) known.add(config.prompt().levels() + window.known());
        for (int taken : known) if (taken > 1) graphs.add(graph.step(taken, 1, 0));
        return new Bytes(MemoryPlan.stateBytes(graphs), graphs.stream().mapToLong(each -> MemoryPlan.of(each).bytes()).sum());
    }

    @Override
    public void close() {
        if (session != null) session.close();
        session = null;
    }
}
