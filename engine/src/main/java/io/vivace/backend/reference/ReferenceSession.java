package io.vivace.backend.reference;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.BadGraph;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Value;
import io.vivace.weights.StoredTensor;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** States and widened weights, by name, for the programs of one session. */
final class ReferenceSession implements Backend.Session {

    private record State(DType dtype, Shape shape, Object elements) {}

    private final Weights weights;
    private final Map<String, double[]> widened = new HashMap<>();
    private final Map<String, State> states = new HashMap<>();

    ReferenceSession(Weights weights) {
        this.weights = weights;
    }

    @Override
    public Program compile(Graph graph) {
        for (Value value : graph.leaves(Value.Kind.STATE)) share(graph, value);
        for (Value value : graph.leaves(Value.Kind.WEIGHT)) widen(value);
        return new ReferenceProgram(graph, this);
    }

    @Override
    public void reset() {
        for (State state : states.values()) {
            if (state.elements instanceof double[] floats) Arrays.fill(floats, 0);
            else Arrays.fill((int[]) state.elements, 0);
        }
    }

    @Override
    public void close() {
        states.clear();
        widened.clear();
    }

    /** The elements of a weight or state: double[] or int[]. */
    Object elements(Value leaf) {
        return leaf.kind() == Value.Kind.WEIGHT ? widened.get(leaf.name()) : states.get(leaf.name()).elements;
    }

    private void share(Graph graph, Value value) {
        State state = states.computeIfAbsent(value.name(),
                name -> new State(value.dtype(), value.shape(), Elements.zeros(value.dtype(), value.shape().size())));
        if (state.dtype != value.dtype() || !state.shape.equals(value.shape())) {
            throw new BadGraph(graph.name() + " has the state " + value.name() + " as " + value.dtype() + value.shape()
                    + ", but the session holds it as " + state.dtype + state.shape);
        }
    }

    private void widen(Value value) {
        StoredTensor tensor = weights.get(value.name(), value.shape().toArray());
        widened.computeIfAbsent(value.name(), name -> Elements.widen(tensor.floats()));
    }
}
