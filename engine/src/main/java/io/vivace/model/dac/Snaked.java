package io.vivace.model.dac;

import io.vivace.graph.Activation;
import io.vivace.graph.Snake;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Span;
import io.vivace.nn.signal.Stretch;

/**
 * A layer behind the periodic activation.
 *
 * @param alpha name of the activation's vector
 */
record Snaked(String alpha, Layer layer) implements Layer {

    @Override
    public Span output(Span whole) {
        return layer.output(whole);
    }

    @Override
    public Span needs(Span out, Span whole) {
        return layer.needs(out, whole);
    }

    @Override
    public Stretch apply(Scope scope, Stretch x, Span out) {
        Span in = needs(out, x.whole());
        return layer.apply(scope, new Stretch(snake(scope, alpha, x.slice(in)), in, x.whole()), out);
    }

    @Override
    public Snaked then(Activation activation) {
        return new Snaked(alpha, layer.then(activation));
    }

    static Value snake(Scope scope, String alpha, Value x) {
        Value vector = scope.weight(alpha, x.shape().last());
        return scope.graph().add(new Snake(x, vector, vector));
    }
}
