package io.vivace.nn.signal;

import io.vivace.graph.Activation;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;

/**
 * A transposed convolution whose kernel is no shorter than the ratio; of the surplus frames, {@code left} are cut off in front and the rest
 * behind, so that every frame of input gives {@code ratio} frames.
 *
 * @param name of its weights within the network
 * @param norm whether a group norm over channels and time follows, before the surplus is cut off
 */
public record Upsampling(String name, int outputs, int kernel, int ratio, int left, boolean norm, Activation activation) implements Layer {

    /** Frames of input that meet in one of output. */
    private int taps() {
        return Math.ceilDiv(kernel, ratio);
    }

    @Override
    public Upsampling then(Activation next) {
        return new Upsampling(name, outputs, kernel, ratio, left, norm, next);
    }

    @Override
    public Span output(Span whole) {
        return whole.times(ratio);
    }

    @Override
    public Span needs(Span out, Span whole) {
        if (norm) return whole;
        long first = Math.floorDiv(out.from() + left, ratio), last = Math.floorDiv(out.to() - 1 + left, ratio);
        return new Span(first - taps() + 1, last + 1).within(whole);
    }

    @Override
    public Stretch apply(Scope scope, Stretch x, Span out) {
        Scope own = scope.at(name);
        Span in = needs(out, x.whole()), all = output(x.whole());
        Value input = x.slice(in), weight = own.weight("weight", ratio * outputs, taps() * input.shape().last());
        Value bias = own.weight("bias", outputs);
        if (!norm) {
            int skipped = (int) (out.from() + left - in.from() * ratio), length = (int) out.length();
            Value y = own.graph().add(new ConvTranspose1d(input, weight, bias, kernel, ratio, skipped, length, activation));
            return new Stretch(y, out, all);
        }
        int surplus = kernel - ratio, untrimmed = (int) all.length() + surplus;
        Value y = own.graph().add(new ConvTranspose1d(input, weight, bias, kernel, ratio, 0, untrimmed, Activation.NONE));
        y = Convolution.norm(own, y).slice(1, left + (int) out.from(), left + (int) out.to());
        return new Stretch(y.apply(activation), out, all);
    }
}
