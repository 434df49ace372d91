package io.vivace.model.musicgen;

import io.vivace.DeviceFailed;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.musicgen.Decoder.Layout;
import io.vivace.nn.Programs;
import io.vivace.weights.Weights;
import java.util.Arrays;

/**
 * A batch on its way through the decoder. One run of a program is one step: it takes columns, draws the next one and
 * writes it back on the device; the host reads what was drawn when it needs it.
 */
final class DecoderSession implements AutoCloseable {
    private static final int PROGRAMS = 6;

    /** A pass over several columns: how many, whether it takes the prefix too, whether it draws. */
    private record Pass(int frames, boolean opening, boolean draws) {}

    private final MusicGenConfig config;
    private final Layout layout;
    private final DelayPattern pattern;
    private final Decoder decoder;
    private final Backend.Session session;
    private final Program step;
    private final Programs<Pass> programs;
    private final Tensor sinusoids;
    private final Tensor codes;
    private Prefill prefill;
    private int filled;
    private Program conditioner;
    private Program next;
    private Program last;
    private int column;

    DecoderSession(MusicGenConfig config, Layout layout, Backend backend, Weights weights) {
        this.config = config;
        this.layout = layout;
        pattern = config.pattern();
        decoder = new Decoder(config.decoder(), layout);
        session = backend.open(weights);
        step = first(session, decoder.step(1, false));
        programs = new Programs<>(session, PROGRAMS,
                pass -> pass.draws ? decoder.step(pass.frames, pass.opening) : decoder.fill(pass.frames, pass.opening));
        sinusoids = decoder.sinusoids();
        codes = Tensor.zeros(DType.INT32, Shape.of(layout.batch(), layout.columns(), pattern.codebooks()));
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
        step.set("sinusoids", sinusoids).set("settings", settings.tokens().rows()).set("keys", settings.tokens().keys());
        if (layout.guided()) step.set("guidance", Tensor.of(Shape.of(1), settings.guidance()));
        condition(conditions);
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
        var forced = new int[layout.batch() * row];
        Arrays.fill(forced, config.decoder().pad());
        for (int b = 0; b < layout.batch(); b++) pattern.forced(prompts[b], frames, forced, b * row);
        var codes = new int[forced.length];
        for (int b = 0; b < layout.batch(); b++) System.arraycopy(forced, b * row, codes, b * row, (known + 1) * codebooks);
        Shape shape = Shape.of(layout.batch(), layout.columns(), codebooks);
        step.set("forced", Tensor.of(shape, forced)).set("codes", Tensor.of(shape, codes));
        step.set("column", Tensor.of(Shape.of(1), 0)).set("position", Tensor.of(Shape.of(1), 0));
        prefill = Prefill.of(known);
        filled = 0;
        boolean opening = layout.prefix() > 0 && prefill.fills() == 0;
        next = prefill.lastIsMore(layout.prefix()) ? programs.get(new Pass(prefill.last(), opening, true)) : step;
        column = known;
    }

    /** Whether known columns must be filled in before the next step. */
    boolean fills() {
        return filled < prefill.fills();
    }

    /** Takes the next piece of known columns; returns how many pieces are taken. */
    int fill() {
        programs.get(new Pass(Prefill.PIECE, layout.prefix() > 0 && filled == 0, false)).run();
        return ++filled;
    }

    /**
     * Draws the next column. The device may still be at it when this returns: what was drawn is known to {@link #codes} only.
     *
     * @throws DeviceFailed if logits are no numbers
     */
    void step() {
        last = next;
        next = step;
        column++;
        try {
            last.run();
        } catch (ArithmeticException e) {
            throw notFinite(e);
        }
    }

    /**
     * All columns so far; waits for the device.
     *
     * @return codes [batch · columns · codebooks] of the layout's columns, overwritten by the next call
     * @throws DeviceFailed if logits were no numbers
     */
    int[] codes() {
        try {
            step.get("codes", codes);
        } catch (ArithmeticException e) {
            throw notFinite(e);
        }
        return codes.ints();
    }

    private DeviceFailed notFinite(ArithmeticException cause) {
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
