package io.vivace.model.encodec;

import io.vivace.graph.Activation;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Lstm;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import io.vivace.nn.signal.Frames;
import io.vivace.nn.signal.Layer;
import io.vivace.nn.signal.Span;
import io.vivace.nn.signal.Stretch;

/** {@code act(x + lstm(x))}, the sum once around all LSTM layers. */
record Recurrence(String name, int layers, int units, Activation activation) implements Layer {

    @Override
    public Recurrence then(Activation next) {
        return new Recurrence(name, layers, units, next);
    }

    @Override
    public Span output(Span whole) {
        return whole;
    }

    /** Everything up to the last frame: the state that a frame starts from depends on all before. */
    @Override
    public Span needs(Span out, Span whole) {
        return new Span(whole.from(), out.to());
    }

    @Override
    public Stretch apply(Scope scope, Stretch x, Span out) {
        Span in = needs(out, x.whole());
        Value y = run(scope, x.slice(in), false);
        return new Stretch(y.slice(1, (int) (out.from() - in.from()), (int) (out.to() - in.from())), out, x.whole());
    }

    /** Frames that directly follow those of the run before: goes on from the states of the session, and leaves them behind. */
    Value resume(Scope scope, Value x) {
        return run(scope, x, true);
    }

    private Value run(Scope scope, Value x, boolean resumed) {
        Graph g = scope.graph();
        int batch = x.shape().at(0);
        Value y = x;
        for (int i = 0; i < layers; i++) {
            Scope own = scope.at(name).at("lstm").at(i);
            // States are shared by name, so each size of batch has its own.
            String state = own.prefix() + "batch" + batch;
            Value hidden = resumed ? g.state(state + ".hidden", DType.FLOAT32, batch, units) : null;
            Value cell = resumed ? g.state(state + ".cell", DType.FLOAT32, batch, units) : null;
            y = g.add(new Lstm(y, own.weight("w_ih", 4 * units, units), own.weight("w_hh", 4 * units, units), own.weight("bias", 4 * units),
                    hidden, cell));
        }
        return x.plus(y).apply(activation);
    }
}
