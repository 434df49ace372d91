package io.vivace.nn.signal;

import io.vivace.graph.Activation;
import io.vivace.graph.Conv1d;
import io.vivace.graph.GroupNorm;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;

/**
 * A convolution, padded so that every stride of input gives one frame. The surplus of the kernel over the stride is padded on the
 * left where causal, else on both sides, the larger half on the left.
 *
 * @param name of its weights within the network
 * @param norm whether a group norm over channels and time follows, before the activation
 */
public record Convolution(String name, int outputs, int kernel, int stride, int dilation, boolean causal, Pad.Mode mode, boolean norm,
        Activation activation) implements Layer {
    private static final double EPSILON = 1e-5;

    private int reach() {
        return (kernel - 1) * dilation + 1;
    }

    private int right() {
        return causal ? 0 : (reach() - stride) / 2;
    }

    private int left() {
        return reach() - stride - right();
    }

    @Override
    public Convolution then(Activation next) {
        return new Convolution(name, outputs, kernel, stride, dilation, causal, mode, norm, next);
    }

    @Override
    public Span output(Span whole) {
        return new Span(whole.from() / stride, Math.ceilDiv(whole.to(), stride));
    }

    /** Where the taps of these output frames lie, in frames of the input and of the padding around it. */
    private Span taps(Span out) {
        return new Span(out.from() * stride - left(), (out.to() - 1) * stride - left() + reach());
    }

    /** Whether the signal is too short to be reflected, so that zeros are appended to it before. */
    private boolean tooShort(Span whole) {
        if (mode != Pad.Mode.REFLECT) return false;
        long surplus = taps(output(whole)).to() - whole.to();
        return whole.length() <= Math.max(left(), surplus);
    }

    @Override
    public Span needs(Span out, Span whole) {
        if (norm || tooShort(whole)) return whole;
        Span taps = taps(out);
        long from = taps.from(), to = taps.to(), surplus = to - whole.to();
        if (mode == Pad.Mode.REFLECT) {
            // What is mirrored must be there; at the beginning also enough of the signal to know that it is not too short.
            if (taps.from() < whole.from()) to = Math.max(to, whole.from() + left() + 1);
            if (surplus > 0) from = Math.min(from, whole.to() - 1 - surplus);
        }
        return new Span(from, to).within(whole);
    }

    @Override
    public Stretch apply(Scope scope, Stretch x, Span out) {
        return apply(scope, x, out, null);
    }

    /** @param residual added before the activation, of the shape of the result; or null */
    public Stretch apply(Scope scope, Stretch x, Span out, Value residual) {
        Scope own = scope.at(name);
        Span all = output(x.whole());
        if (!norm) return new Stretch(convolve(own, x, out, residual, activation), out, all);
        Value y = norm(own, convolve(own, x, all, null, Activation.NONE)).slice(1, (int) out.from(), (int) out.to());
        return new Stretch((residual == null ? y : y.plus(residual)).apply(activation), out, all);
    }

    private Value convolve(Scope own, Stretch x, Span out, Value residual, Activation act) {
        Span in = needs(out, x.whole()), taps = taps(out), padded = tooShort(x.whole()) ? taps(output(x.whole())) : taps;
        int left = (int) Math.max(0, in.from() - padded.from()), right = (int) Math.max(0, padded.to() - in.to());
        Value input = x.slice(in);
        if (left + in.length() + right != taps.length()) {
            int skipped = (int) (taps.from() - in.from()) + left;
            input = own.graph().add(new Pad(input, left, right, mode)).slice(1, skipped, skipped + (int) taps.length());
            left = 0;
            right = 0;
        }
        Value weight = own.weight("weight", outputs, kernel * input.shape().last()), bias = own.weight("bias", outputs);
        return own.graph().add(new Conv1d(input, weight, bias, residual, kernel, stride, dilation, left, right, mode, act));
    }

    /** One group over all channels and frames. */
    static Value norm(Scope scope, Value y) {
        int channels = y.shape().last();
        return scope.graph().add(new GroupNorm(y, 1, scope.weight("norm.gamma", channels), scope.weight("norm.beta", channels), EPSILON));
    }
}
