package io.vivace.nn;

import io.vivace.graph.Activation;
import io.vivace.graph.CausalDepthwiseConv;
import io.vivace.graph.Graph;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Shape;
import io.vivace.graph.Value;
import java.util.Arrays;

/**
 * Convolution over time of every channel by itself that looks back and ahead alike, with zeros outside: {@code y[t] = bias + Σ_j weight[j]·x[t + (j − half)·dilation]}.
 * It is the causal one of frames that are moved by half a kernel. A dilated one runs along every dilation-th frame, and all of these sequences lie side by
 * side as channels if frames are taken together by so many.
 */
public final class Depthwise {
    private Depthwise() {}

    /**
     * Reads {@code weight} [kernel, channels] and {@code bias} [channels].
     *
     * @param x      [batch, frames, channels]
     * @param kernel odd
     * @return like x
     */
    public static Value centred(Scope scope, Value x, int kernel, int dilation) {
        Graph g = scope.graph();
        Shape s = x.shape();
        int batch = s.at(0), frames = s.at(1), channels = s.at(2), half = (kernel - 1) / 2, rows = Math.ceilDiv(frames, dilation);
        Value weight = beside(scope.weight("weight", kernel, channels), dilation), bias = beside(scope.weight("bias", channels), dilation);
        Value padded = g.add(new Pad(x, 0, (rows + half) * dilation - frames, Pad.Mode.ZERO)).reshape(batch, rows + half, dilation * channels);
        Value y = g.add(new CausalDepthwiseConv(padded, weight, bias, null, Activation.NONE)).slice(1, half, half + rows);
        return y.reshape(batch, rows * dilation, channels).slice(1, 0, frames);
    }

    /** So many copies along the last axis. */
    private static Value beside(Value x, int copies) {
        var parts = new Value[copies];
        Arrays.fill(parts, x);
        return x.graph().concat(-1, parts);
    }
}
