package io.vivace.model.nano;

import io.vivace.DeviceFailed;
import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.TokenSettings;
import io.vivace.nn.Programs;
import io.vivace.weights.Weights;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Sheets to bars of tokens: one network evaluation a bar. Not safe for use by several threads at once. */
public final class BarWriter implements AutoCloseable {
    private static final int PROGRAMS = 4;

    /** Bytes of a run beside the weights: what lives from bar to bar, and intermediate results. */
    public record Bytes(long state, long activations) {}

    /** Bars that a pass reads, and steps of the bar that it writes. */
    private record Pass(int taken, int steps) {}

    private final NanoConfig config;
    private final Backend backend;
    private final Weights weights;
    private Backend.Session session;
    private Programs<Pass> programs;
    private Pieces pieces;
    private TokenSettings settings;
    /** The bars that attention sees begin with this one. */
    private int first;

    public BarWriter(NanoConfig config, Backend backend, Weights weights) {
        this.config = config;
        this.backend = backend;
        this.weights = weights;
    }

    /**
     * Begins pieces, which go as one batch; those begun before end.
     *
     * @param totals   bars that each will have
     * @param settings with temperature and top-k as they shall be used
     */
    public void begin(List<Sheet> sheets, int[] totals, TokenSettings settings) {
        int batch = sheets.size();
        if (pieces == null || pieces.batch() != batch) {
            close();
            session = backend.open(weights);
            var graph = new BarGraph(config, batch);
            programs = new Programs<>(session, PROGRAMS, pass -> graph.write(pass.taken, pass.steps));
        }
        session.reset();
        this.pieces = new Pieces(config, sheets, totals);
        this.settings = settings;
        first = 0;
    }

    /**
     * The next bar of every piece, whose tokens depend on the sheet, the number of bars, seed and sample alone. One network evaluation, counted as
     * {@link Stage#DECODE}, or {@link Stage#PREFILL} where a window begins anew with the last half of the one before.
     *
     * @return [batch][steps][streams]; steps that a metre does not have are 0
     * @throws io.vivace.Cancelled    if the listener wishes so
     * @throws io.vivace.DeviceFailed if scores are no numbers
     */
    public int[][][] next(Run run) {
        int number = pieces.written(), window = config.lm().bars();
        boolean full = number - first == window;
        if (full) first = number - window / 2;
        Stage stage = full ? Stage.PREFILL : Stage.DECODE;
        int[][][] bars = run.pass(stage, () -> write(number, full ? window / 2 + 1 : 1, full));
        run.stepped(stage, bars.length * BarGraph.STREAMS * pieces.steps());
        return bars;
    }

    private int[][][] write(int number, int taken, boolean anew) {
        Program program = programs.get(new Pass(taken, pieces.steps()));
        if (number == 0 || anew) program.set(BarGraph.POSITION, Tensor.of(Shape.of(1), 0));
        program.set(BarGraph.SETTINGS, settings.rows()).set(BarGraph.KEYS, settings.keys());
        program.set(BarGraph.DRAW, Tensor.of(Shape.of(1), BarGraph.STREAMS * NanoConfig.STEPS * (number + 1)));
        pieces.set(program, taken);
        try {
            program.run();
            return pieces.take(program.get(BarGraph.BAR).ints());
        } catch (ArithmeticException e) {
            throw new DeviceFailed("The language model's scores of bar " + number + " are no finite numbers; convert the checkpoint again with --dtype f32, "
                    + "and train it again if that does not help.", e);
        }
    }

    /** Network evaluations for so many bars; a batch counts once. */
    public static Map<Stage, Long> passes(NanoConfig config, int bars) {
        int half = config.lm().bars() / 2, window = config.lm().bars();
        long again = bars <= window ? 0 : Math.ceilDiv(bars - window, window - half);
        Map<Stage, Long> passes = new EnumMap<>(Stage.class);
        if (again > 0) passes.put(Stage.PREFILL, again);
        passes.put(Stage.DECODE, bars - again);
        return passes;
    }

    /** What so many bars of a batch need, beside the weights. */
    public static Bytes bytes(NanoConfig config, int batch, int bars) {
        var graph = new BarGraph(config, batch);
        List<Graph> graphs = bars <= config.lm().bars() ? List.of(graph.write(1, NanoConfig.STEPS))
                : List.of(graph.write(1, NanoConfig.STEPS), graph.write(config.lm().bars() / 2 + 1, NanoConfig.STEPS));
        return new Bytes(MemoryPlan.stateBytes(graphs), graphs.stream().mapToLong(each -> MemoryPlan.of(each).bytes()).sum());
    }

    @Override
    public void close() {
        if (session != null) session.close();
        session = null;
        pieces = null;
    }
}
