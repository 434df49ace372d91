package io.vivace.backend.cpu;

import io.vivace.backend.Ports;
import io.vivace.backend.Program;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import java.util.Arrays;
import java.util.Map;

/** A graph as a list of prepared kernels. */
final class CpuProgram implements Program {
    private final Ports ports;
    private final Machine machine;
    private final MemoryPlan plan;
    private final Kernel[] kernels;
    /** Inputs, states and outputs. */
    private final Map<Value, Place> places;

    CpuProgram(Graph graph, Machine machine, MemoryPlan plan, Kernel[] kernels, Map<Value, Place> places) {
        ports = new Ports(graph);
        this.machine = machine;
        this.plan = plan;
        this.kernels = kernels;
        this.places = places;
    }

    @Override
    public Program set(String name, Tensor tensor) {
        Place place = places.get(ports.written(name, tensor));
        System.arraycopy(tensor.floats() != null ? tensor.floats() : tensor.ints(), 0, place.array(), place.at(), tensor.shape().size());
        return this;
    }

    /** One run at a time on all sessions of a back end: the threads are shared. */
    @Override
    public void run() {
        ports.demandAllSet();
        synchronized (machine.pool) {
            for (Kernel kernel : kernels) kernel.run();
        }
    }

    @Override
    public void get(String name, Tensor into) {
        Place place = places.get(ports.read(name, into));
        System.arraycopy(place.array(), place.at(), into.floats() != null ? into.floats() : into.ints(), 0, into.shape().size());
    }

    @Override
    public Tensor get(String name) {
        Value value = ports.readable(name);
        Place place = places.get(value);
        int to = place.at() + value.shape().size();
        // A copy of a part is not cleared before it is written.
        return place.floats() != null ? Tensor.of(value.shape(), Arrays.copyOfRange(place.floats(), place.at(), to))
                : Tensor.of(value.shape(), Arrays.copyOfRange(place.ints(), place.at(), to));
    }

    @Override
    public MemoryPlan memory() {
        return plan;
    }
}
