package io.vivace.backend.cpu;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.backend.Stopwatch;
import io.vivace.graph.BadGraph;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** States and prepared weights, by name, for the programs of one session. */
final class CpuSession implements Backend.Session {
    private final Machine machine;
    private final CpuWeights weights;
    private final Stopwatch stopwatch;
    private final Map<String, Tensor> states = new HashMap<>();

    CpuSession(Machine machine, CpuWeights weights, Stopwatch stopwatch) {
        this.machine = machine;
        this.weights = weights;
        this.stopwatch = stopwatch;
    }

    @Override
    public Program compile(Graph graph) {
        for (Value value : graph.leaves(Value.Kind.STATE)) share(graph, value);
        return new Compiler(machine, weights, this, graph).program();
    }

    private void share(Graph graph, Value value) {
        DType dtype = value.dtype();
        Shape shape = value.shape();
        Tensor state = states.computeIfAbsent(value.name(), name -> Tensor.zeros(dtype, shape));
        if (state.dtype() != dtype || !state.shape().equals(shape)) {
            throw new BadGraph(graph.name() + " has the state " + value.name() + " as " + dtype + shape
                    + ", but the session holds it as " + state.dtype() + state.shape());
        }
    }

    /** Takes the time of every operation, or null. */
    Stopwatch stopwatch() {
        return stopwatch;
    }

    Place state(Value value) {
        Tensor state = states.get(value.name());
        return new Place(state.floats(), state.ints(), 0);
    }

    @Override
    public void reset() {
        for (Tensor state : states.values()) {
            if (state.floats() != null) Arrays.fill(state.floats(), 0);
            else Arrays.fill(state.ints(), 0);
        }
    }

    @Override
    public void close() {
        states.clear();
    }
}
