package io.vivace.backend;

import io.vivace.graph.BadGraph;
import io.vivace.graph.Graph;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import java.util.HashMap;
import java.util.Map;

/** What can be written to and read from a program, by name; refuses tensors that do not fit, and runs whose inputs were never set. */
public final class Ports {
    private final Graph graph;
    private final Map<String, Value> writable = new HashMap<>(), readable = new HashMap<>();
    private final Map<String, Value> unset = new HashMap<>();

    public Ports(Graph graph) {
        this.graph = graph;
        for (Value state : graph.leaves(Value.Kind.STATE)) {
            writable.put(state.name(), state);
            readable.put(state.name(), state);
        }
        for (Value input : graph.leaves(Value.Kind.INPUT)) {
            writable.put(input.name(), input);
            unset.put(input.name(), input);
        }
        readable.putAll(graph.outputs());
    }

    /** The input or state that a tensor is written to, which counts as set from now on. */
    public Value written(String name, Tensor tensor) {
        Value value = writable.get(name);
        if (value == null) throw new BadGraph(graph.name() + " has no input or state named " + name);
        agree(name, value, tensor);
        unset.remove(name);
        return value;
    }

    /** The output or state of a name. */
    public Value readable(String name) {
        Value value = readable.get(name);
        if (value == null) throw new BadGraph(graph.name() + " has no output or state named " + name);
        return value;
    }

    /** The output or state that is read into a tensor. */
    public Value read(String name, Tensor into) {
        Value value = readable(name);
        agree(name, value, into);
        return value;
    }

    /** @throws IllegalStateException if an input was never set */
    public void demandAllSet() {
        if (!unset.isEmpty()) throw new IllegalStateException(graph.name() + " reads " + unset.values().iterator().next() + ", which was never set");
    }

    private void agree(String name, Value value, Tensor tensor) {
        if (!value.shape().equals(tensor.shape()) || value.dtype() != tensor.dtype()) {
            throw new BadGraph(graph.name() + " has " + name + " as " + value.dtype() + value.shape() + ", not as "
                    + tensor.dtype() + tensor.shape());
        }
    }
}
