package io.vivace.model.dac;

import io.vivace.graph.Activation;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Span;
import io.vivace.nn.signal.Stretch;

/**
 * A transposed convolution whose kernel is twice the rate, of whose result half of the rate, rounded up, is cut off at either end: for an odd
 * rate the last frame is missing.
 *
 * @param name of its weights within the network
 */
record Transposed(String name, int outputs, int rate, Activation activation) implements Layer {

    private int cut() {
        return Math.ceilDiv(rate, 2);
    }

    @Override
    public Transposed then(Activation next) {
        return new Transposed(name, outputs, rate, next);
    }

    @Override
    public Span output(Span whole) {
        return new Span(whole.from() * rate, whole.to() * rate - rate % 2);
    }

    @Override
    public Span needs(Span out, Span whole) {
        long first = Math.floorDiv(out.from() + cut(), rate), last = Math.floorDiv(out.to() - 1 + cut(), rate);
        return new Span(first - 1, last + 1).within(whole);
    }

    @Override
    public Stretch apply(Scope scope, Stretch x, Span out) {
        Scope own = scope.at(name);
        Span in = needs(out, x.whole());
        Value input = x.slice(in), weight = own.weight("weight", rate * outputs, 2 * input.shape().last());
        int skipped = (int) (out.from() + cut() - in.from() * rate), length = (int) out.length();
        Value y = own.graph().add(new ConvTranspose1d(input, weight, own.weight("bias", outputs), 2 * rate, rate, skipped, length, activation));
        return new Stretch(y, out, output(x.whole()));
    }
}
