package io.vivace.model.melody;

import io.vivace.DeviceFailed;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.draft.Draft;
import io.vivace.draft.Speculator;
import io.vivace.graph.DType;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.TokenSettings;
import io.vivace.model.melody.LmGraph.Layout;
import io.vivace.nn.Programs;
import io.vivace.nn.TokenColumns;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.Map;

/**
 * A batch on its way through the language model. One run of a program is one pass: it takes tokens, draws the next one and writes it back on the
 * device; without drafts the host reads what was drawn when it needs it.
 */
final class LmSession implements AutoCloseable {
    private static final int PROGRAMS = 8;

    /** How many tokens a pass takes, and behind how many of them it draws. */
    private record Pass(int taken, int draws) {}

    private final Layout layout;
    private final Backend.Session session;
    private final Programs<Pass> programs;
    private final Program step;
    private final Speculator speculator;
    private final Tensor angles;
    private final Tensor codes;
    private final Tensor free;
    private int column;
    private int draw;

    /** @param draft null: one token a pass */
    LmSession(MelodyConfig config, Layout layout, Draft draft, Backend backend, Weights weights) {
        this.layout = layout;
        var graph = new LmGraph(config, layout);
        int heads = LmGraph.heads(config, draft);
        session = backend.open(weights);
        programs = new Programs<>(session, PROGRAMS, pass -> graph.step(pass.taken, pass.draws, pass.taken == pass.draws ? heads : 0));
        try {
            step = session.compile(graph.step(1, 1, heads));
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
        speculator = draft == null ? null : new Speculator(draft, layout.batch(), layout.columns(), 1, heads, taken -> taken == 1 ? step : programs.get(new Pass(taken, taken)));
        angles = LmGraph.angles(config.lm(), layout.columns());
        codes = Tensor.zeros(DType.INT32, Shape.of(layout.batch(), layout.columns(), 1));
        free = Tensor.zeros(DType.INT32, codes.shape());
        Arrays.fill(free.ints(), -1);
    }

    Layout layout() {
        return layout;
    }

    /** Begins clips: random numbers start over. */
    void start(TokenSettings settings) {
        session.reset();
        step.set(LmGraph.ANGLES, angles).set(TokenColumns.GIVEN, free);
        step.set(TokenColumns.SETTINGS, settings.rows()).set(TokenColumns.KEYS, settings.keys());
        draw = 0;
    }

    /**
     * Begins a window with one pass over what is known, which draws a token; the random numbers go on.
     *
     * @param known ids of the prompt and of tokens, [batch][known]
     */
    void open(int[][] known) {
        int count = known[0].length;
        for (int b = 0; b < known.length; b++) System.arraycopy(known[b], 0, codes.ints(), b * layout.columns(), count);
        Program prefill = count == 1 ? step : programs.get(new Pass(count, 1));
        prefill.set(TokenColumns.TOKENS, codes).set(TokenColumns.COLUMN, Tensor.of(Shape.of(1), 0)).set(LmGraph.POSITION, Tensor.of(Shape.of(1), 0));
        checked(prefill::run);
        column = count;
        draw++;
        if (speculator == null) return;
        speculator.begin(codes(), free.ints(), column, Map.of(TokenColumns.COLUMN, column, LmGraph.POSITION, column, TokenColumns.DRAW, draw));
    }

    /** One pass, which brings one token, or with drafts up to {@code most}; returns how many. */
    int step(int most) {
        var brought = new int[] {1};
        checked(speculator == null ? step::run : () -> brought[0] = speculator.step(most));
        column += brought[0];
        draw += brought[0];
        return brought[0];
    }

    /** All tokens so far, [batch · columns]; waits for the device. Overwritten by the next call. */
    int[] codes() {
        checked(() -> step.get(TokenColumns.TOKENS, codes));
        return codes.ints();
    }

    private void checked(Runnable work) {
        try {
            work.run();
        } catch (ArithmeticException e) {
            throw new DeviceFailed("The language model's logits up to token " + draw + " are no finite numbers; "
                    + "convert the checkpoint again with --dtype f32, and fetch it again if that does not help.", e);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
