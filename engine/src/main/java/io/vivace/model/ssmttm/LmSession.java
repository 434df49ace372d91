package io.vivace.model.ssmttm;

import io.vivace.DeviceFailed;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.TokenSettings;
import io.vivace.model.ssmttm.PromptPass.Prompted;
import io.vivace.weights.Weights;
import java.util.Arrays;

/**
 * A batch on its way through the language model. One run is one step, which takes a column, draws the next and writes it back on the device; the host
 * looks once a block.
 */
final class LmSession implements AutoCloseable {
    private static final int FREE = -1;

    private final LmConfig config;
    private final Layout layout;
    private final Graph graph;
    private final Backend.Session session;
    private final Program step;
    private final Tensor codes;
    private boolean strict;
    private int drawn;
    private int column;

    LmSession(LmConfig config, Layout layout, Backend backend, Weights weights) {
        this.config = config;
        this.layout = layout;
        graph = new MusicLm(config, layout).step();
        session = backend.open(weights);
        try {
            step = session.compile(graph);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
        codes = Tensor.zeros(DType.INT32, Shape.of(layout.batch(), MusicLm.BLOCK + 1, config.codebooks()));
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
        step.set("settings", settings.rows()).set("keys", settings.keys());
        if (layout.guided()) step.set("guidance", Tensor.of(Shape.of(1), (float) guidance));
        for (Value state : graph.leaves(Value.Kind.STATE)) {
            // A prompt that is attended to leaves nothing in the mixers: they begin with zeros.
            if (prompts[0].states().containsKey(state.name())) step.set(state.name(), PromptPass.joined(state.name(), prompts, state.shape()));
        }
        if (config.selfAttention()) step.set("position", Tensor.of(Shape.of(1), offset()));
        Arrays.fill(codes.ints(), FREE);
        step.set("given", codes);
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
        step.set("codes", codes).set("column", Tensor.of(Shape.of(1), 0));
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
        step.set("allowed", Tensor.of(Shape.of(1, config.codebooks(), vocabulary), allowed));
    }

    /** Whether the block is full, so that it must be fetched before the next step. */
    boolean full() {
        return column == MusicLm.BLOCK;
    }

    /**
     * Draws the next column. The device may still be at it when this returns.
     *
     * @throws DeviceFailed if logits are no numbers
     */
    void step() {
        try {
            step.run();
        } catch (ArithmeticException e) {
            throw notFinite(e);
        }
        column++;
        drawn++;
        if (strict && drawn < config.codebooks()) allow();
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
        try {
            step.get("codes", codes);
        } catch (ArithmeticException e) {
            throw notFinite(e);
        }
        int codebooks = config.codebooks(), row = (MusicLm.BLOCK + 1) * codebooks;
        var fresh = new int[layout.batch()][codebooks][column];
        for (int b = 0; b < fresh.length; b++) {
            for (int k = 0; k < codebooks; k++) {
                for (int i = 0; i < column; i++) fresh[b][k][i] = codes.ints()[b * row + (i + 1) * codebooks + k];
                codes.ints()[b * row + k] = codes.ints()[b * row + column * codebooks + k];
            }
        }
        open();
        return fresh;
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
