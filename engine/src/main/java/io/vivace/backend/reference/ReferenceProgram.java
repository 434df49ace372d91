package io.vivace.backend.reference;

import io.vivace.backend.Program;
import io.vivace.graph.BadGraph;
import io.vivace.graph.Fused;
import io.vivace.graph.Graph;
import io.vivace.graph.Graph.Node;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A graph with every fused operation expanded, run node by node. */
final class ReferenceProgram implements Program {
    private final Graph graph;
    private final ReferenceSession session;
    private final List<Node> nodes = new ArrayList<>();
    /** What stands for the result of a fused operation. */
    private final Map<Value, Value> expanded = new HashMap<>();
    /** Values that no operation reads after this one, by position in the list of nodes. */
    private final Map<Integer, List<Value>> lastReads = new HashMap<>();
    private final Map<Value, Object> elements = new HashMap<>();

    ReferenceProgram(Graph graph, ReferenceSession session) {
        this.graph = graph;
        this.session = session;
        flatten(List.copyOf(graph.nodes()));
        findLastReads();
    }

    private void flatten(List<Node> list) {
        for (Node node : list) {
            if (node.op() instanceof Fused fused) {
                Graph.Expansion expansion = graph.expand(fused);
                flatten(expansion.nodes());
                expanded.put(node.result(), expansion.result());
            } else {
                nodes.add(node);
            }
        }
    }

    private void findLastReads() {
        Map<Value, Integer> last = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (Value operand : nodes.get(i).op().operands()) last.put(resolve(operand), i);
        }
        for (Value output : graph.outputs().values()) last.remove(resolve(output));
        last.forEach((value, i) -> {
            if (value.kind() == Value.Kind.INTERMEDIATE) lastReads.computeIfAbsent(i, at -> new ArrayList<>()).add(value);
        });
    }

    private Value resolve(Value value) {
        Value known = value;
        while (expanded.containsKey(known)) known = expanded.get(known);
        return known;
    }

    @Override
    public Program set(String name, Tensor tensor) {
        Value value = leaf(name);
        if (value == null) throw new BadGraph(graph.name() + " has no input or state named " + name);
        agree(name, value, tensor);
        if (value.kind() == Value.Kind.INPUT) {
            elements.put(value, Elements.of(tensor));
        } else {
            Object source = Elements.of(tensor);
            System.arraycopy(source, 0, session.elements(value), 0, value.shape().size());
        }
        return this;
    }

    @Override
    public void run() {
        Interpreter interpreter = new Interpreter(this::read);
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            Object result = interpreter.run(node.op());
            if (node.result() != null) elements.put(node.result(), result);
            lastReads.getOrDefault(i, List.of()).forEach(elements::remove);
        }
    }

    @Override
    public void get(String name, Tensor into) {
        Value value = result(name);
        agree(name, value, into);
        Elements.copy(read(value), into);
    }

    @Override
    public Tensor get(String name) {
        Value value = result(name);
        Tensor tensor = Tensor.zeros(value.dtype(), value.shape());
        get(name, tensor);
        return tensor;
    }

    /** An output or a float32 state, unrounded. */
    double[] doubles(String name) {
        return ((double[]) read(result(name))).clone();
    }

    /** The plan of a float32 back end; this one takes arrays as it goes. */
    @Override
    public MemoryPlan memory() {
        return MemoryPlan.of(graph);
    }

    private Object read(Value value) {
        Value known = resolve(value);
        Object found = switch (known.kind()) {
            case WEIGHT, STATE -> session.elements(known);
            case CONSTANT -> Elements.of(graph.constantOf(known));
            case INPUT, INTERMEDIATE -> elements.get(known);
        };
        if (found == null) throw new IllegalStateException(graph.name() + " reads " + known + ", which was never set");
        return found;
    }

    private Value leaf(String name) {
        return graph.leaves(Value.Kind.INPUT).stream().filter(v -> v.name().equals(name)).findFirst().orElseGet(() -> state(name));
    }

    private Value state(String name) {
        return graph.leaves(Value.Kind.STATE).stream().filter(v -> v.name().equals(name)).findFirst().orElse(null);
    }

    private Value result(String name) {
        Value value = graph.outputs().getOrDefault(name, state(name));
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
