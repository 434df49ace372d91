package io.vivace.model.encodec;

import io.vivace.graph.Activation;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import io.vivace.nn.signal.Convolution;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Span;
import io.vivace.nn.signal.Stretch;

/**
 * {@code act(shortcut(x) + widen(elu(narrow(elu(x)))))}.
 *
 * @param narrow   to fewer channels, with the ELU behind it
 * @param shortcut a convolution of one tap, or null to add x itself
 */
record Residual(Convolution narrow, Convolution widen, Convolution shortcut, Activation activation) implements Layer {

    @Override
    public Residual then(Activation next) {
        return new Residual(narrow, widen, shortcut, next);
    }

    @Override
    public Span output(Span whole) {
        return whole;
    }

    @Override
    public Span needs(Span out, Span whole) {
        Span needed = narrow.needs(widen.needs(out, whole), whole).and(out);
        return shortcut == null ? needed : needed.and(shortcut.needs(out, whole));
    }

    @Override
    public Stretch apply(Scope scope, Stretch x, Span out) {
        Span inner = widen.needs(out, x.whole()), in = narrow.needs(inner, x.whole());
        Stretch activated = new Stretch(x.slice(in).apply(Activation.ELU), in, x.whole());
        Value skipped = shortcut == null ? x.slice(out) : shortcut.apply(scope, x, out).value();
        return widen.then(activation).apply(scope, narrow.apply(scope, activated, inner), out, skipped);
    }
}
