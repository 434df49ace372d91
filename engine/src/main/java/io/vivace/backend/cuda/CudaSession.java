package io.vivace.backend.cuda;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.bindings.cuda.DeviceMemory;
import io.vivace.graph.BadGraph;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** States on the device, by name, and the programs that share them. */
final class CudaSession implements Backend.Session {
    private record State(DType dtype, Shape shape, Place place, DeviceMemory memory) {}

    private final Gpu gpu;
    private final CudaWeights weights;
    private final CudaBackend backend;
    private final Map<String, State> states = new LinkedHashMap<>();
    private final List<CudaProgram> programs = new ArrayList<>();
    private boolean closed;

    CudaSession(CudaBackend backend, Gpu gpu, CudaWeights weights) {
        this.backend = backend;
        this.gpu = gpu;
        this.weights = weights;
    }

    @Override
    public Program compile(Graph graph) {
        return gpu.call(() -> {
            if (closed) throw new IllegalStateException("the session is closed");
            Set<String> before = Set.copyOf(states.keySet());
            try {
                CudaProgram program = new Compiler(backend, gpu, weights, this, graph).program();
                programs.add(program);
                return program;
            } catch (RuntimeException | Error e) {
                forget(before);
                throw e;
            }
        });
    }

    /** Gives back the states that were made for a program that there is not. */
    private void forget(Set<String> others) {
        states.entrySet().removeIf(state -> {
            if (others.contains(state.getKey())) return false;
            state.getValue().memory.close();
            return true;
        });
    }

    /**
     * The state of a value's name, made and zeroed where there is none.
     *
     * @param type what it should be if it is new
     * @throws BadGraph if it is there with another shape
     */
    Place state(Value value, Type type) {
        State state = states.computeIfAbsent(value.name(), name -> allocate(value, type));
        if (state.dtype != value.dtype() || !state.shape.equals(value.shape())) {
            throw new BadGraph(value.graph().name() + " has the state " + value.name() + " as " + value.dtype() + value.shape()
                    + ", but the session holds it as " + state.dtype + state.shape);
        }
        return state.place;
    }

    private State allocate(Value value, Type type) {
        long bytes = Math.max(1, (long) value.shape().size() * type.bytes());
        DeviceMemory memory = gpu.allocate(bytes, "Holding the state of " + value.graph().name());
        try {
            gpu.stream().fill(memory.address(), 0, bytes);
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
        return new State(value.dtype(), value.shape(), new Place(memory.address(), type, value.shape().rank() == 0 ? 1 : value.shape().last()), memory);
    }

    @Override
    public void reset() {
        gpu.run(() -> states.values().forEach(state -> gpu.stream().fill(state.memory.address(), 0, state.memory.bytes())));
    }

    @Override
    public void close() {
        gpu.release(this::free);
    }

    /** What {@link #close} does, within a call of the GPU. */
    void free() {
        if (closed) return;
        closed = true;
        try {
            gpu.settle();
        } finally {
            programs.forEach(CudaProgram::free);
            states.values().forEach(state -> state.memory.close());
            states.clear();
            backend.closed(this, weights);
        }
    }
}
