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
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import java.util.Arrays;

/**
 * The state-space layers of Mamba, arXiv 2312.00752 §3.4, and Mamba-2, arXiv 2405.21060 §7, with the norm before and the residual around them.
 * What a layer remembers are two states of the session: "window", the last frames that its convolution saw, and "state". So it goes on from where
 * the last run ended, be that one frame or many.
 */
public final class Mixer {
    private Mixer() {}

    /** {@code h + mixer(norm(h))}, h [rows, frames, hidden]. */
    public static Value layer(Scope scope, MixerConfig config, Value h, double epsilon) {
        Value in = scope.graph().add(new NormedLinear(AdaptiveNorm.Kind.ROOT_MEAN_SQUARE, h, scope.weight("norm", config.hidden()), null, epsilon,
                scope.weight("in", config.projected(), config.hidden()), config.bias() ? scope.weight("in_bias", config.projected()) : null, Activation.NONE));
        Value y = switch (config) {
            case MixerConfig.Selective selective -> selective(scope, selective, in);
            case MixerConfig.Duality duality -> duality(scope, duality, in);
        };
        Value bias = config.bias() ? scope.weight("out_bias", config.hidden()) : null;
        return scope.graph().add(new Linear(y, scope.weight("out", config.hidden(), config.inner()), bias, h, Activation.NONE));
    }

    /** Input and gate come side by side; step sizes and what goes into and out of the states come from the input. */
    private static Value selective(Scope scope, MixerConfig.Selective c, Value in) {
        int inner = c.inner(), states = c.states(), rank = c.rank();
        Value u = convolved(scope, c, in.slice(2, 0, inner)), gate = in.slice(2, inner, 2 * inner);
        Value chosen = scope.linear("chosen", u, rank + 2 * states, null, Activation.NONE);
        Value steps = scope.linear("steps", chosen.slice(2, 0, rank), inner, null, Activation.NONE);
        Value b = chosen.slice(2, rank, rank + states), out = chosen.slice(2, rank + states, rank + 2 * states);
        Value state = scope.graph().state(scope.prefix() + "state", FLOAT32, in.shape().at(0), inner, states);
        return scope.graph().add(new SelectiveScan(u, steps, scope.weight("step_bias", inner), scope.weight("rates", inner, states), b, out,
                scope.weight("skip", inner), gate, state, false));
    }

    /** Gate, input, what goes into and out of the states, and step sizes come side by side. */
    private static Value duality(Scope scope, MixerConfig.Duality c, Value in) {
        int inner = c.inner(), width = c.groups() * c.states(), end = inner + c.convolved();
        Value gate = in.slice(2, 0, inner), steps = in.slice(2, end, end + c.heads());
        Value all = convolved(scope, c, in.slice(2, inner, end));
        Value x = all.slice(2, 0, inner), b = all.slice(2, inner, inner + width), out = all.slice(2, inner + width, inner + 2 * width);
        Value state = scope.graph().state(scope.prefix() + "state", FLOAT32, in.shape().at(0), c.heads(), c.size(), c.states());
        Value y = scope.graph().add(new StateSpaceDuality(x, steps, scope.weight("step_bias", c.heads()), scope.weight("rates", c.heads()), b, out,
                scope.weight("skip", c.heads()), gate, state, c.groups(), c.least(), c.most()));
        return grouped(scope, c, y);
    }

    private static Value convolved(Scope scope, MixerConfig c, Value x) {
        Graph g = scope.graph();
        Value window = g.state(scope.prefix() + "window", FLOAT32, x.shape().at(0), c.taps() - 1, c.convolved());
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
