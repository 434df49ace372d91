package io.vivace.model.ssmttm;

import io.vivace.DeviceFailed;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.draft.Draft;
import io.vivace.draft.Speculator;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.TokenSettings;
import io.vivace.model.ssmttm.PromptPass.Prompted;
import io.vivace.nn.Programs;
import io.vivace.nn.TokenColumns;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A batch on its way through the language model. One run is one step, which takes a column, draws the next and writes it back on the device; the host
 * looks once a block. With drafts a step may take several columns, and the host looks at each; where some were wrong, the state-space layers go back.
 */
final class LmSession implements AutoCloseable {
    private static final int FREE = -1;
    private static final int PROGRAMS = 8;
    /** Columns before the block that drafts look back at. */
    private static final int PAST = 4096;

    private final LmConfig config;
    private final Layout layout;
    private final Graph graph;
    private final Backend.Session session;
    private final Program step;
    private final Programs<Integer> tries, again;
    /** Null: one column a pass. */
    private final Speculator speculator;
    private final Tensor free;
    private final Tensor codes;
    private boolean strict;
    /** Whether the next columns may be guessed: behind the first step, and where all columns have the same ids to choose from. */
    private boolean drafting;
    private int taken;
    private int drawn;
    private int column;

    /** @param draft null: one column a pass */
    LmSession(LmConfig config, Layout layout, Draft draft, Backend backend, Weights weights) {
        this.config = config;
        this.layout = layout;
        var lm = new MusicLm(config, layout);
        graph = lm.step(1);
        session = backend.open(weights);
        try {
            step = session.compile(graph);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
        tries = new Programs<>(session, PROGRAMS, lm::step);
        again = new Programs<>(session, PROGRAMS, lm::again);
        speculator = draft == null ? null : new Speculator(draft, layout.batch(), MusicLm.BLOCK + 1, config.codebooks(), 0, PAST, this::pass);
        codes = Tensor.zeros(DType.INT32, Shape.of(layout.batch(), MusicLm.BLOCK + 1, config.codebooks()));
        free = Tensor.zeros(DType.INT32, codes.shape());
        Arrays.fill(free.ints(), FREE);
    }

    private Program pass(int columns) {
        taken = columns;
        return columns == 1 ? step : tries.get(columns);
    }

    Layout layout() {
        return layout;
    }

    /**
     * Begins a clip.
     *
     * @param prompts of all rows: those of the clips, then, with guidance, those of their null rows
     * @param strict  whether what the codec gets is drawn from its codes only; else the special id may be drawn anywhere, as in the original
     */
    void start(TokenSettings settings, double guidance, Prompted[] prompts, boolean strict) {
        session.reset();
        this.strict = strict;
        drawn = 0;
        drafting = false;
        step.set(TokenColumns.SETTINGS, settings.rows()).set(TokenColumns.KEYS, settings.keys()).set(TokenColumns.GIVEN, free);
        if (layout.guided()) step.set("guidance", Tensor.of(Shape.of(1), (float) guidance));
        for (Value state : graph.leaves(Value.Kind.STATE)) {
            // A prompt that is attended to leaves nothing in the mixers: they begin with zeros.
            if (prompts[0].states().containsKey(state.name())) step.set(state.name(), PromptPass.joined(state.name(), prompts, state.shape()));
        }
        if (config.selfAttention()) step.set(Layer.POSITION, Tensor.of(Shape.of(1), offset()));
        Arrays.fill(codes.ints(), config.special());
        allow();
        open();
    }

    /** Tokens follow the text, or are counted by themselves where it is attended to. */
    private int offset() {
        return config.crossAttention() ? 0 : layout.text();
    }

    /** Begins a block, whose first column is known. */
    private void open() {
        column = 0;
        step.set(TokenColumns.TOKENS, codes).set(TokenColumns.COLUMN, Tensor.of(Shape.of(1), 0));
        step.set("positions", Sinusoids.of(offset() + drawn, MusicLm.BLOCK, config.hidden()));
    }

    /** Codebook k begins k columns late; what it draws before is no code, and the special id is right there. */
    private void allow() {
        int vocabulary = config.vocabulary();
        var allowed = new int[config.codebooks() * vocabulary];
        Arrays.fill(allowed, 1);
        for (int k = 0; k < config.codebooks(); k++) {
            if (strict && drawn >= k) Arrays.fill(allowed, k * vocabulary + config.special(), (k + 1) * vocabulary, 0);
        }
        step.set("allowed", Tensor.of(Shape.of(1, 1, config.codebooks(), vocabulary), allowed));
    }

    /** Whether the block is full, so that it must be fetched before the next step. */
    boolean full() {
        return column == MusicLm.BLOCK;
    }

    /**
     * Draws the next column, or with drafts some. Without drafts the device may still be at it when this returns.
     *
     * @param most columns that are wanted, at least 1
     * @return columns that it brought
     * @throws DeviceFailed if logits are no numbers
     */
    int step(int most) {
        int brought = 1;
        try {
            if (drafting) brought = tried(Math.min(most, MusicLm.BLOCK - column));
            else step.run();
        } catch (ArithmeticException e) {
            throw notFinite(e);
        }
        column += brought;
        drawn += brought;
        if (strict && drawn < config.codebooks()) allow();
        if (speculator != null && !drafting && drawn >= config.codebooks()) draft();
        return brought;
    }

    private int tried(int most) {
        int brought = speculator.step(most);
        if (brought < taken && config.has(Block.Part.MIXER)) again.get(brought).run();
        return brought;
    }

    private void draft() {
        Map<String, Integer> counters = new HashMap<>(Map.of(TokenColumns.COLUMN, column, TokenColumns.DRAW, drawn));
        if (config.selfAttention()) counters.put(Layer.POSITION, offset() + drawn);
        speculator.begin(codes(), free.ints(), column, counters);
        drafting = true;
    }

    /** Guided logits of the last step, [batch, codebooks, vocabulary]. */
    Tensor logits() {
        return step.get("logits");
    }

    /**
     * The columns that were drawn since the last call; waits for the device.
     *
     * @return [batch][codebooks][columns]
     */
    int[][][] fetch() {
        int[] all = codes();
        int codebooks = config.codebooks(), row = (MusicLm.BLOCK + 1) * codebooks;
        var fresh = new int[layout.batch()][codebooks][column];
        for (int b = 0; b < fresh.length; b++) {
            for (int k = 0; k < codebooks; k++) {
                for (int i = 0; i < column; i++) fresh[b][k][i] = all[b * row + (i + 1) * codebooks + k];
                all[b * row + k] = all[b * row + column * codebooks + k];
            }
        }
        if (drafting) speculator.moved(column, TokenColumns.COLUMN);
        open();
        return fresh;
    }

    /** Columns of the block on the device, [batch · columns · codebooks]; waits for it. */
    private int[] codes() {
        try {
            step.get(TokenColumns.TOKENS, codes);
        } catch (ArithmeticException e) {
            throw notFinite(e);
        }
        return codes.ints();
    }

    /** Another program over the states of this session. */
    Program compile(Graph graph) {
        return session.compile(graph);
    }

    private DeviceFailed notFinite(ArithmeticException cause) {
        return new DeviceFailed("The language model's logits up to column " + (drawn + 1)
                + " are no finite numbers; convert the checkpoint again with --dtype f32, "
                + "and fetch it again if that does not help.", cause);
    }

    @Override
    public void close() {
        session.close();
    }
}
