package io.vivace.backend.cpu;

import io.vivace.backend.Program;
import io.vivace.graph.BadGraph;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import java.util.HashMap;
import java.util.Map;

/** A graph as a list of prepared kernels. */
final class CpuProgram implements Program {
    private final Graph graph;
    private final Machine machine;
    private final MemoryPlan plan;
    private final Kernel[] kernels;
    /** Inputs, states and outputs. */
    private final Map<Value, Place> places;
    private final Map<String, Value> writable = new HashMap<>(), readable = new HashMap<>();
    private final Map<String, Value> unset = new HashMap<>();

    CpuProgram(Graph graph, Machine machine, MemoryPlan plan, Kernel[] kernels, Map<Value, Place> places) {
        this.graph = graph;
        this.machine = machine;
        this.plan = plan;
        this.kernels = kernels;
        this.places = places;
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

    @Override
    public Program set(String name, Tensor tensor) {
        Value value = writable.get(name);
        if (value == null) throw new BadGraph(graph.name() + " has no input or state named " + name);
        agree(name, value, tensor);
        Place place = places.get(value);
        System.arraycopy(tensor.floats() != null ? tensor.floats() : tensor.ints(), 0, place.array(), place.at(), tensor.shape().size());
        unset.remove(name);
        return this;
    }

    /** One run at a time on all sessions of a back end: the threads are shared. */
    @Override
    public void run() {
        if (!unset.isEmpty()) throw new IllegalStateException(graph.name() + " reads " + unset.values().iterator().next() + ", which was never set");
        synchronized (machine.pool) {
            for (Kernel kernel : kernels) kernel.run();
        }
    }

    @Override
    public void get(String name, Tensor into) {
        Value value = result(name);
        agree(name, value, into);
        Place place = places.get(value);
        System.arraycopy(place.array(), place.at(), into.floats() != null ? into.floats() : into.ints(), 0, into.shape().size());
    }

    @Override
    public Tensor get(String name) {
        Value value = result(name);
        Tensor tensor = Tensor.zeros(value.dtype(), value.shape());
        get(name, tensor);
        return tensor;
    }

    @Override
    public MemoryPlan memory() {
        return plan;
    }

    private Value result(String name) {
        Value value = readable.get(name);
        if (value == null) throw new BadGraph(graph.name() + " has no output or state named " + name);
        return value;
    }

    private void agree(String name, Value value, Tensor tensor) {
        if (!value.shape().equals(tensor.shape()) || value.dtype() != tensor.dtype()) {
            throw new BadGraph(graph.name() + " has " + name + " as " + value.dtype() + value.shape() + ", not as "
                    + tensor.dtype() + tensor.shape());
        }
    }
}
