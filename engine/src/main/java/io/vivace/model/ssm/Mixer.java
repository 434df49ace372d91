package io.vivace.model.ssm;

import static io.vivace.graph.DType.FLOAT32;

import io.vivace.graph.Activation;
import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.CausalDepthwiseConv;
import io.vivace.graph.Graph;
import io.vivace.graph.Linear;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.RmsNorm;
import io.vivace.graph.SelectiveScan;
import io.vivace.graph.Shape;
import io.vivace.graph.StateSpaceDuality;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The state-space layers of Mamba, arXiv 2312.00752 §3.4, and Mamba-2, arXiv 2405.21060 §7, with the norm before and the residual around them.
 * What a layer remembers are two states of the session: "window", the last frames that its convolution saw, and "state". So it goes on from where
 * the last run ended, be that one frame or many.
 */
public final class Mixer {
    /** How the frames of a pass relate to the same frames in other passes. */
    private enum Frames {
        /** They have the bits that they have alone. */
        STEPWISE,
        /** On the CPU they have the bits that they have in other pieces. */
        MANY,
        /** They never come otherwise. */
        TOGETHER
    }

    private Mixer() {}

    /** {@code h + mixer(norm(h))}, h [rows, frames, hidden]. */
    public static Value layer(Scope scope, MixerConfig config, Value h, double epsilon) {
        return out(scope, config, recurred(scope, config, in(scope, config, h, epsilon), Frames.MANY), h);
    }

    /**
     * As {@link #layer}, where the same frames never come in other pieces, so that no bits must agree.
     *
     * @param from the first frame that goes on behind the layer
     */
    public static Value together(Scope scope, MixerConfig config, Value h, double epsilon, int from) {
        Value recurred = recurred(scope, config, in(scope, config, h, epsilon), Frames.TOGETHER);
        int to = h.shape().at(1);
        return from == 0 ? out(scope, config, recurred, h) : out(scope, config, recurred.slice(1, from, to), h.slice(1, from, to));
    }

    /**
     * As {@link #layer}, of frames that may be wrong from the second one on; what {@link #again} needs is kept in further states.
     *
     * @param most frames that such a layer takes at most, 2 at least
     */
    public static Value revocable(Scope scope, MixerConfig config, Value h, double epsilon, int most) {
        Graph g = scope.graph();
        Value in = in(scope, config, h, epsilon), start = g.constant(Tensor.of(Shape.of(1), 0));
        int rows = h.shape().at(0), last = h.shape().at(1) - 1;
        g.add(new Stepwise.Write(keptWindow(scope, config, rows), 0, start, window(scope, config, rows)));
        g.add(new Stepwise.Write(keptState(scope, config, rows), 0, start, state(scope, config, rows)));
        // The last frame is never taken again: if it is right, all are. Arithmetic is float32 everywhere, and so is what is kept; times 1 changes no bit.
        Value exactly = in.slice(1, 0, last).times(g.constant(Tensor.of(Shape.of(1), 1f)));
        g.add(new Stepwise.Write(keptIn(scope, config, rows, most), 1, start, exactly));
        return out(scope, config, recurred(scope, config, in, Frames.STEPWISE), h);
    }

    /**
     * Goes back to before the last {@link #revocable} pass and takes its first frames again: only what changes the states, not the products around it.
     *
     * @param frames fewer than that pass took
     */
    public static void again(Scope scope, MixerConfig config, int rows, int most, int frames) {
        Graph g = scope.graph();
        Value start = g.constant(Tensor.of(Shape.of(1), 0));
        g.add(new Stepwise.Write(window(scope, config, rows), 0, start, keptWindow(scope, config, rows)));
        g.add(new Stepwise.Write(state(scope, config, rows), 0, start, keptState(scope, config, rows)));
        recurred(scope, config, keptIn(scope, config, rows, most).slice(1, 0, frames), Frames.STEPWISE);
    }

    private static Value in(Scope scope, MixerConfig config, Value h, double epsilon) {
        return scope.graph().add(new NormedLinear(AdaptiveNorm.Kind.ROOT_MEAN_SQUARE, h, scope.weight("norm", config.hidden()), null, epsilon,
                scope.weight("in", config.projected(), config.hidden()), config.bias() ? scope.weight("in_bias", config.projected()) : null, Activation.NONE));
    }

    private static Value recurred(Scope scope, MixerConfig config, Value in, Frames frames) {
        return switch (config) {
            case MixerConfig.Selective selective -> selective(scope, selective, in, frames == Frames.STEPWISE);
            case MixerConfig.Duality duality -> duality(scope, duality, in, frames == Frames.TOGETHER);
        };
    }

    private static Value out(Scope scope, MixerConfig config, Value recurred, Value h) {
        Value y = config instanceof MixerConfig.Duality duality ? grouped(scope, duality, recurred) : recurred;
        Value bias = config.bias() ? scope.weight("out_bias", config.hidden()) : null;
        return scope.graph().add(new Linear(y, scope.weight("out", config.hidden(), config.inner()), bias, h, Activation.NONE));
    }

    private static Value window(Scope scope, MixerConfig c, int rows) {
        return scope.graph().state(scope.prefix() + "window", FLOAT32, rows, c.taps() - 1, c.convolved());
    }

    private static Value keptWindow(Scope scope, MixerConfig c, int rows) {
        return scope.graph().state(scope.prefix() + "kept.window", FLOAT32, rows, c.taps() - 1, c.convolved());
    }

    private static Value state(Scope scope, MixerConfig c, int rows) {
        return scope.graph().state(scope.prefix() + "state", FLOAT32, c.state(rows));
    }

    private static Value keptState(Scope scope, MixerConfig c, int rows) {
        return scope.graph().state(scope.prefix() + "kept.state", FLOAT32, c.state(rows));
    }

    private static Value keptIn(Scope scope, MixerConfig c, int rows, int most) {
        return scope.graph().state(scope.prefix() + "kept.in", FLOAT32, rows, most - 1, c.projected());
    }

    /**
     * Input and gate come side by side; step sizes and what goes into and out of the states come from the input. A scan over several frames may round otherwise
     * than scans over one, which are other kernels on a GPU.
     */
    private static Value selective(Scope scope, MixerConfig.Selective c, Value in, boolean stepwise) {
        int inner = c.inner(), states = c.states(), rank = c.rank(), frames = in.shape().at(1), run = stepwise ? 1 : frames;
        Value u = convolved(scope, c, in.slice(2, 0, inner)), gate = in.slice(2, inner, 2 * inner);
        Value chosen = scope.linear("chosen", u, rank + 2 * states, null, Activation.NONE);
        Value steps = scope.linear("steps", chosen.slice(2, 0, rank), inner, null, Activation.NONE);
        Value b = chosen.slice(2, rank, rank + states), out = chosen.slice(2, rank + states, rank + 2 * states);
        Value state = state(scope, c, in.shape().at(0)), bias = scope.weight("step_bias", inner), rates = scope.weight("rates", inner, states);
        List<Value> runs = new ArrayList<>();
        for (int i = 0; i < frames; i += run) {
            int to = i + run;
            runs.add(scope.graph().add(new SelectiveScan(u.slice(1, i, to), steps.slice(1, i, to), bias, rates, b.slice(1, i, to), out.slice(1, i, to),
                    scope.weight("skip", inner), gate.slice(1, i, to), state, false)));
        }
        return runs.size() == 1 ? runs.getFirst() : scope.graph().concat(1, runs.toArray(Value[]::new));
    }

    /** Gate, input, what goes into and out of the states, and step sizes come side by side. */
    private static Value duality(Scope scope, MixerConfig.Duality c, Value in, boolean together) {
        int inner = c.inner(), width = c.groups() * c.states(), end = inner + c.convolved();
        Value gate = in.slice(2, 0, inner), steps = in.slice(2, end, end + c.heads());
        Value all = convolved(scope, c, in.slice(2, inner, end));
        Value x = all.slice(2, 0, inner), b = all.slice(2, inner, inner + width), out = all.slice(2, inner + width, inner + 2 * width);
        Value state = state(scope, c, in.shape().at(0));
        return scope.graph().add(new StateSpaceDuality(x, steps, scope.weight("step_bias", c.heads()), scope.weight("rates", c.heads()), b, out,
                scope.weight("skip", c.heads()), gate, state, c.groups(), c.least(), c.most(), together));
    }

    private static Value convolved(Scope scope, MixerConfig c, Value x) {
        Graph g = scope.graph();
        Value window = window(scope, c, x.shape().at(0));
        Value bias = c.convolutionBias() ? scope.weight("taps_bias", c.convolved()) : null;
        return g.add(new CausalDepthwiseConv(x, scope.weight("taps", c.taps(), c.convolved()), bias, window, Activation.SILU));
    }

    /** The norm behind the gate takes the channels of each group by themselves. */
    private static Value grouped(Scope scope, MixerConfig.Duality c, Value y) {
        if (c.groups() == 1) return scope.rmsNorm("gated_norm", y, c.epsilon());
        Shape s = y.shape();
        var ones = new float[c.inner() / c.groups()];
        Arrays.fill(ones, 1);
        Value one = scope.graph().constant(Tensor.of(Shape.of(ones.length), ones));
        Value normal = scope.graph().add(new RmsNorm(y.reshape(s.at(0), s.at(1), c.groups(), ones.length), one, c.epsilon()));
        return normal.reshape(s.toArray()).times(scope.weight("gated_norm", c.inner()));
    }
}
