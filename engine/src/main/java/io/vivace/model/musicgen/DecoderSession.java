package io.vivace.model.musicgen;

import io.vivace.DeviceFailed;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.draft.Draft;
import io.vivace.draft.Speculator;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.musicgen.Decoder.Layout;
import io.vivace.nn.Programs;
import io.vivace.nn.TokenColumns;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.Map;

/**
 * A batch on its way through the decoder. One run of a program is one step: it takes columns, draws the next one and
 * writes it back on the device; the host reads what was drawn when it needs it.
 */
final class DecoderSession implements AutoCloseable {
    private static final int PROGRAMS = 9;

    /** A pass over several columns: how many, whether it takes the prefix too, behind how many of them it draws. */
    private record Pass(int frames, boolean opening, int draws) {}

    private final MusicGenConfig config;
    private final Layout layout;
    private final DelayPattern pattern;
    private final Decoder decoder;
    private final Backend.Session session;
    private final Program step;
    private final Programs<Pass> programs;
    private final Speculator speculator;
    private final Tensor sinusoids;
    private final Tensor codes;
    private final Tensor forced;
    private Prefill prefill;
    private int filled;
    private Program conditioner;
    private Program next;
    private Program last;
    private int column;
    private int end;
    private int draws;
    /** Whether the window has begun and its next columns may be guessed. */
    private boolean drafting;

    /** @param draft null: one column a pass */
    DecoderSession(MusicGenConfig config, Layout layout, Draft draft, Backend backend, Weights weights) {
        this.config = config;
        this.layout = layout;
        pattern = config.pattern();
        decoder = new Decoder(config.decoder(), layout);
        session = backend.open(weights);
        step = first(session, decoder.step(1, 1, false));
        programs = new Programs<>(session, PROGRAMS,
                pass -> pass.draws > 0 ? decoder.step(pass.frames, pass.draws, pass.opening) : decoder.fill(pass.frames, pass.opening));
        speculator = draft == null ? null : new Speculator(draft, layout.batch(), layout.columns(), pattern.codebooks(), 0,
                taken -> last = taken == 1 ? step : programs.get(new Pass(taken, false, taken)));
        sinusoids = decoder.sinusoids();
        codes = Tensor.zeros(DType.INT32, Shape.of(layout.batch(), layout.columns(), pattern.codebooks()));
        forced = Tensor.zeros(DType.INT32, codes.shape());
    }

    /** A session without its first program is nobody's to close. */
    private static Program first(Backend.Session session, Graph graph) {
        try {
            return session.compile(graph);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    Layout layout() {
        return layout;
    }

    /** Begins a clip: random numbers start over. */
    void start(Settings settings, Conditions conditions) {
        session.reset();
        step.set("sinusoids", sinusoids).set(TokenColumns.SETTINGS, settings.tokens().rows()).set(TokenColumns.KEYS, settings.tokens().keys());
        if (layout.guided()) step.set("guidance", Tensor.of(Shape.of(1), settings.guidance()));
        condition(conditions);
        draws = 0;
    }

    /** Sets what the following windows are conditioned on. */
    void condition(Conditions conditions) {
        if (layout.prefix() > 0) {
            ConditionRows rows = new ConditionRows(config, layout, conditions);
            conditioner().set("text", rows.text()).set("mask", rows.mask()).set("chroma", rows.chroma()).run();
        } else if (layout.text() > 0) {
            step.set("text.keep", conditions.mask());
            conditioner().set("text", conditions.text()).set("mask", ConditionRows.floats(conditions.mask())).run();
        }
    }

    /**
     * Begins a window: positions start over, the random numbers go on.
     *
     * @param prompts codes that are known, [batch][codebooks][known frames]; the same number of frames in every row
     * @param frames  frames of the window, the known ones included
     */
    void open(int[][][] prompts, int frames) {
        int known = prompts[0][0].length, codebooks = pattern.codebooks(), row = layout.columns() * codebooks;
        Arrays.fill(forced.ints(), config.decoder().pad());
        Arrays.fill(codes.ints(), 0);
        for (int b = 0; b < layout.batch(); b++) {
            pattern.forced(prompts[b], frames, forced.ints(), b * row);
            System.arraycopy(forced.ints(), b * row, codes.ints(), b * row, (known + 1) * codebooks);
        }
        step.set(TokenColumns.GIVEN, forced).set(TokenColumns.TOKENS, codes);
        step.set(TokenColumns.COLUMN, Tensor.of(Shape.of(1), 0)).set("position", Tensor.of(Shape.of(1), 0));
        prefill = Prefill.of(known);
        filled = 0;
        boolean opening = layout.prefix() > 0 && prefill.fills() == 0;
        next = prefill.lastIsMore(layout.prefix()) ? programs.get(new Pass(prefill.last(), opening, 1)) : step;
        column = known;
        end = pattern.columns(frames) - 1;
        drafting = false;
    }

    /** Whether known columns must be filled in before the next step. */
    boolean fills() {
        return filled < prefill.fills();
    }

    /** Takes the next piece of known columns; returns how many pieces are taken. */
    int fill() {
        programs.get(new Pass(Prefill.PIECE, layout.prefix() > 0 && filled == 0, 0)).run();
        return ++filled;
    }

    /**
     * Draws the next column, or with drafts some. Without drafts the device may still be at it when this returns: what was drawn is known to
     * {@link #codes} only.
     *
     * @throws DeviceFailed if logits are no numbers
     */
    void step() {
        int brought = 1;
        try {
            if (drafting) {
                brought = speculator.step(end - column);
            } else {
                last = next;
                next = step;
                last.run();
            }
        } catch (ArithmeticException e) {
            throw notFinite(e, column + 1);
        }
        column += brought;
        draws += brought;
        if (!drafting && speculator != null) draft();
    }

    /** A window's first pass is behind it. */
    private void draft() {
        drafting = true;
        speculator.begin(codes(), forced.ints(), column,
                Map.of(TokenColumns.COLUMN, column, "position", layout.prefix() + column, TokenColumns.DRAW, draws));
    }

    /**
     * All columns so far; waits for the device.
     *
     * @return codes [batch · columns · codebooks] of the layout's columns, overwritten by the next call
     * @throws DeviceFailed if logits were no numbers
     */
    int[] codes() {
        try {
            step.get(TokenColumns.TOKENS, codes);
        } catch (ArithmeticException e) {
            throw notFinite(e, column);
        }
        return codes.ints();
    }

    private static DeviceFailed notFinite(ArithmeticException cause, int column) {
        return new DeviceFailed("The decoder's logits up to column " + column + " are no finite numbers; "
                + "convert the checkpoint again with --dtype f32, and fetch it again if that does not help.", cause);
    }

    /** The column that was drawn last; column 0 is the start. */
    int column() {
        return column;
    }

    /** Whether the next step takes more than one frame. */
    boolean takesSeveral() {
        return next != step;
    }

    /** Guided logits of the last step, [batch, codebooks, vocabulary]. */
    Tensor logits() {
        return last.get("logits");
    }

    /** Another program over the states of this session. */
    Program compile(Graph graph) {
        return session.compile(graph);
    }

    private Program conditioner() {
        if (conditioner == null) {
            Conditioner graphs = new Conditioner(config, layout);
            conditioner = session.compile(layout.prefix() > 0 ? graphs.prefix() : graphs.crossAttention());
        }
        return conditioner;
    }

    @Override
    public void close() {
        session.close();
    }
}
