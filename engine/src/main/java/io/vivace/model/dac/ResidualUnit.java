package io.vivace.model.dac;

import io.vivace.graph.Activation;
import io.vivace.nn.Scope;
import io.vivace.nn.signal.Convolution;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Span;
import io.vivace.nn.signal.Stretch;

/**
 * {@code act(x + mix(snake(dilated(snake(x)))))}.
 *
 * @param name  of its place, with the last dot
 * @param mixed a convolution of one tap
 */
record ResidualUnit(String name, Convolution dilated, Convolution mixed, Activation activation) implements Layer {

    @Override
    public ResidualUnit then(Activation next) {
        return new ResidualUnit(name, dilated, mixed, next);
    }

    @Override
    public Span output(Span whole) {
        return whole;
    }

    @Override
    public Span needs(Span out, Span whole) {
        return dilated.needs(out, whole).and(out);
    }

    @Override
    public Stretch apply(Scope scope, Stretch x, Span out) {
        Stretch wide = new Snaked(name + "alpha.0", dilated).apply(scope, x, out);
        Stretch activated = new Stretch(Snaked.snake(scope, name + "alpha.1", wide.value()), out, x.whole());
        return mixed.then(activation).apply(scope, activated, out, x.slice(out));
    }
}
