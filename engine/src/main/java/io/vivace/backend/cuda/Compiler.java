package io.vivace.backend.cuda;

import io.vivace.bindings.cuda.DeviceMemory;
import io.vivace.bindings.cuda.LaunchBlock;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Graph.Node;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.kernels.Launch;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns a graph into launches: types, views, memory, then the kernels of each operation. */
final class Compiler {
    private final Gpu gpu;
    private final CudaWeights weights;
    private final CudaSession session;
    private final Graph graph;
    private final List<Node> nodes;
    private final Types types;
    private final Views views;
    private final MemoryPlan plan;
    private final Memory memory;
    private final Map<Integer, Place> places = new HashMap<>();

    Compiler(CudaBackend backend, Gpu gpu, CudaWeights weights, CudaSession session, Graph graph) {
        this.gpu = gpu;
        this.weights = weights;
        this.session = session;
        this.graph = graph;
        nodes = graph.flattened(Kernels::has);
        types = new Types(nodes, backend.narrow());
        for (Value state : graph.leaves(Value.Kind.STATE)) session.state(state, types.of(state));
        views = new Views(graph, nodes, (a, b) -> types.of(a) == types.of(b));
        plan = MemoryPlan.of(graph, nodes, views.sources());
        memory = new Memory(gpu, plan, backend.isolated(), graph.name());
    }

    CudaProgram program() {
        Arena arena = Arena.ofShared();
        try {
            List<LaunchBlock> blocks = launches().stream().map(launch -> gpu.images().prepare(arena, launch)).toList();
            return new CudaProgram(gpu, graph, plan, nodes, arena, blocks, memory.held(), ports(), memory.trouble());
        } catch (RuntimeException | Error e) {
            memory.held().forEach(DeviceMemory::close);
            arena.close();
            throw e;
        }
    }

    /** Inputs, states and outputs. */
    private Map<Value, Place> ports() {
        Map<Value, Place> ports = new HashMap<>();
        for (Value input : graph.leaves(Value.Kind.INPUT)) ports.put(input, place(input));
        for (Value state : graph.leaves(Value.Kind.STATE)) ports.put(state, place(state));
        for (Value output : graph.outputs().values()) ports.put(output, place(output));
        return ports;
    }

    private List<Launch> launches() {
        long scratch = 0;
        for (Node node : nodes) scratch = Math.max(scratch, Kernels.scratchBytes(node.op()));
        memory.scratch(scratch);
        List<Launch> launches = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            if (node.result() != null && node.result().shape().size() == 0) continue;
            var operands = new Operands(this, node, memory.alarm(i));
            List<Launch> own = Kernels.of(node.op(), operands);
            launches.addAll(operands.casts());
            launches.addAll(own);
        }
        return launches;
    }

    Gpu gpu() {
        return gpu;
    }

    Types types() {
        return types;
    }

    Views views() {
        return views;
    }

    Memory memory() {
        return memory;
    }

    CudaWeights weights() {
        return weights;
    }

    /** Where a value lies, as it was computed. */
    Place place(Value value) {
        Place known = places.get(value.id());
        if (known == null) places.put(value.id(), known = found(value));
        return known;
    }

    private Place found(Value value) {
        int last = value.shape().rank() == 0 ? 1 : value.shape().last();
        return switch (value.kind()) {
            case WEIGHT -> weights.floats(value);
            case STATE -> session.state(value, types.of(value));
            case CONSTANT -> memory.constant(graph.constantOf(value));
            case INPUT, INTERMEDIATE -> {
                Views.View view = views.of(value);
                if (view == null) yield new Place(memory.address(value), types.of(value), last);
                Place within = place(view.within());
                yield new Place(within.address() + view.offset() * within.type().bytes(), within.type(), view.stride());
            }
        };
    }
}
