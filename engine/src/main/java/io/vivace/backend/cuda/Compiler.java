package io.vivace.backend.cuda;

import io.vivace.bindings.cuda.LaunchBlock;
import io.vivace.graph.Graph;
import io.vivace.graph.Graph.Node;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Op;
import io.vivace.graph.Stepwise.Advance;
import io.vivace.graph.Value;
import io.vivace.kernels.Launch;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Turns a graph into launches: types, views, memory, then the kernels of each operation. */
final class Compiler {
    private final CudaBackend backend;
    private final Gpu gpu;
    private final CudaWeights weights;
    private final CudaSession session;
    private final Graph graph;
    private final List<Node> nodes;
    /** Number by which the first operation reports. */
    private final int first;
    private final Types types;
    private final Views views;
    private final MemoryPlan plan;
    private final Memory memory;
    private final Map<Integer, Place> places = new HashMap<>();
    private final Advances advances = new Advances();
    private final boolean joins;

    Compiler(CudaBackend backend, Gpu gpu, CudaWeights weights, CudaSession session, Graph graph) {
        this.backend = backend;
        this.gpu = gpu;
        this.weights = weights;
        this.session = session;
        this.graph = graph;
        joins = backend.joins();
        nodes = graph.flattened(Kernels::has);
        first = session.number(nodes);
        types = new Types(nodes, backend.narrow(), session.types(graph));
        for (Value state : graph.leaves(Value.Kind.STATE)) session.state(state, types.of(state));
        views = new Views(graph, nodes, (a, b) -> types.of(a) == types.of(b), (op, value) -> types.activations(op) == types.of(value));
        plan = MemoryPlan.of(graph, nodes, views.sources());
        memory = new Memory(gpu, plan, backend.isolated(), graph.name());
    }

    CudaProgram program() {
        Arena arena = Arena.ofShared();
        try {
            return new CudaProgram(gpu, session, graph, plan, arena, steps(arena), memory.held(), ports(), first);
        } catch (RuntimeException | Error e) {
            memory.free();
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

    private List<CudaProgram.Step> steps(Arena arena) {
        memory.scratch(nodes.stream().mapToLong(node -> Kernels.scratchBytes(node.op())).max().orElse(0));
        var rivals = new Rivals(backend.vendor(), launches -> prepared(launches, arena));
        var chains = new Chains(joins, memory.scratch());
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            if (advances.concern(node.op())) move(chains);
            if (node.op() instanceof Advance advance) advances.add(advance);
            else add(chains, node, i, rivals, arena);
        }
        move(chains);
        return chains.works().stream().map(work -> step(arena, work)).toList();
    }

    private void move(Chains chains) {
        for (List<Advance> moves = advances.take(Movements.COUNTERS); !moves.isEmpty(); moves = advances.take(Movements.COUNTERS)) {
            Launch launch = Movements.advance(moves, moves.stream().map(move -> place(move.counter())).toList());
            chains.add(moves.getFirst(), List.of(launch), moves.size() * (long) Type.INT32.bytes());
        }
    }

    private void add(Chains chains, Node node, int number, Rivals rivals, Arena arena) {
        List<Launch> ours = launches(node, number);
        Rival rival = ours.isEmpty() ? null : rivals.of(node.op(), operands(node, number));
        List<Queued> theirs = rival == null ? null : backend.selection().chosen(rival, prepared(ours, arena));
        if (theirs == null) chains.add(node.op(), ours, bytes(node));
        else chains.addApart(new CudaProgram.Step(node.op().title() + " by " + rival.library(), theirs, bytes(node)));
    }

    private CudaProgram.Step step(Arena arena, Chains.Work work) {
        return switch (work) {
            case Chains.Ours(List<Op> ops, List<Launch> launches, long bytes) ->
                    new CudaProgram.Step(ops.stream().map(Op::title).collect(Collectors.joining(" + ")), prepared(launches, arena), bytes);
            case Chains.Apart(CudaProgram.Step step) -> step;
        };
    }

    private List<Queued> prepared(List<Launch> launches, Arena arena) {
        return launches.stream().<Queued>map(launch -> {
            LaunchBlock block = gpu.images().prepare(arena, launch);
            return stream -> stream.launch(block);
        }).toList();
    }

    private Operands operands(Node node, int number) {
        return new Operands(this, node, session.alarm(first + number));
    }

    private List<Launch> launches(Node node, int number) {
        if (node.result() != null && node.result().shape().size() == 0) return List.of();
        Operands operands = operands(node, number);
        List<Launch> own = Kernels.of(node.op(), operands);
        List<Launch> all = new ArrayList<>(operands.casts());
        all.addAll(own);
        return all;
    }

    /** Of operands and result, each once. */
    private long bytes(Node node) {
        long bytes = node.result() == null ? 0 : (long) node.result().shape().size() * types.of(node.result()).bytes();
        for (Value operand : node.op().operands()) {
            bytes += operand.kind() == Value.Kind.WEIGHT ? weights.bytes(operand) : (long) operand.shape().size() * types.of(operand).bytes();
        }
        return bytes;
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

    Advances advances() {
        return advances;
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
