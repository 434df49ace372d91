package io.vivace.backend.cuda;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.bindings.cuda.DeviceMemory;
import io.vivace.graph.BadGraph;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Graph.Node;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** States on the device, by name, and the programs that share them. */
final class CudaSession implements Backend.Session {
    private record State(DType dtype, Shape shape, Place place, DeviceMemory memory) {}

    private final Gpu gpu;
    private final CudaWeights weights;
    private final CudaBackend backend;
    private final Map<String, State> states = new LinkedHashMap<>();
    private final List<CudaProgram> programs = new ArrayList<>();
    /** Where kernels report data at fault. One place for all programs: what one did wrong must show when another one's results are read. */
    private final DeviceMemory trouble;
    private final Tensor report = Tensor.of(Shape.of(2), 0, 0);
    /** The operations of each program, by the number that the first of them has. */
    private final NavigableMap<Integer, List<Node>> reporters = new TreeMap<>();
    private int numbered;
    private boolean closed;

    CudaSession(CudaBackend backend, Gpu gpu, CudaWeights weights) {
        this.backend = backend;
        this.gpu = gpu;
        this.weights = weights;
        trouble = gpu.allocate((long) report.shape().size() * Type.INT32.bytes(), "A session");
        try {
            gpu.stream().fill(trouble.address(), 0, trouble.bytes());
        } catch (RuntimeException e) {
            trouble.close();
            throw e;
        }
    }

    @Override
    public Program compile(Graph graph) {
        return gpu.call(() -> {
            if (closed) throw new IllegalStateException("the session is closed");
            Set<String> before = Set.copyOf(states.keySet());
            int first = numbered;
            try {
                CudaProgram program = new Compiler(backend, gpu, weights, this, graph).program();
                programs.add(program);
                return program;
            } catch (RuntimeException | Error e) {
                forget(before);
                reporters.tailMap(first, true).clear();
                throw e;
            }
        });
    }

    /** Gives operations the numbers by which they report; returns the first. */
    int number(List<Node> nodes) {
        int first = numbered;
        numbered = Math.addExact(numbered, nodes.size());
        reporters.put(first, nodes);
        return first;
    }

    Alarm alarm(int number) {
        return new Alarm(trouble.address(), number);
    }

    /** Throws what a kernel of any program reported, once. */
    void check() {
        gpu.staging().read(new Place(trouble.address(), Type.INT32, report.shape().size()), report);
        int number = report.ints()[0] - 1;
        if (number < 0) return;
        gpu.stream().fill(trouble.address(), 0, trouble.bytes());
        Map.Entry<Integer, List<Node>> reporter = reporters.floorEntry(number);
        boolean closed = reporter == null || number - reporter.getKey() >= reporter.getValue().size();
        if (closed) throw new ArithmeticException("A program that is closed by now failed with " + report.ints()[1]);
        throw Trouble.of(reporter.getValue().get(number - reporter.getKey()).op(), report.ints()[1]);
    }

    /** A program is closed. */
    void closed(CudaProgram program, int first) {
        programs.remove(program);
        reporters.remove(first);
    }

    /** Gives back the states that were made for a program that there is not. */
    private void forget(Set<String> others) {
        states.entrySet().removeIf(state -> {
            if (others.contains(state.getKey())) return false;
            state.getValue().memory.close();
            return true;
        });
    }

    /** The types of the states of a graph that are there, by value. */
    Map<Value, Type> types(Graph graph) {
        Map<Value, Type> types = new HashMap<>();
        for (Value value : graph.leaves(Value.Kind.STATE)) {
            if (states.containsKey(value.name())) types.put(value, states.get(value.name()).place.type());
        }
        return types;
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
            trouble.close();
            states.values().forEach(state -> state.memory.close());
            states.clear();
            backend.closed(this, weights);
        }
    }
}
