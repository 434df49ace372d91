package io.vivace.backend.reference;

import io.vivace.backend.Ports;
import io.vivace.backend.Program;
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
    private final Ports ports;
    private final ReferenceSession session;
    private final List<Node> nodes;
    /** Values that no operation reads after this one, by position in the list of nodes. */
    private final Map<Integer, List<Value>> lastReads = new HashMap<>();
    private final Map<Value, Object> elements = new HashMap<>();

    ReferenceProgram(Graph graph, ReferenceSession session) {
        this.graph = graph;
        this.session = session;
        ports = new Ports(graph);
        nodes = graph.flattened(fused -> false);
        findLastReads();
    }

    private void findLastReads() {
        Map<Value, Integer> last = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (Value operand : nodes.get(i).op().operands()) last.put(operand, i);
        }
        for (Value output : graph.outputs().values()) last.remove(output);
        last.forEach((value, i) -> {
            if (value.kind() == Value.Kind.INTERMEDIATE) lastReads.computeIfAbsent(i, at -> new ArrayList<>()).add(value);
        });
    }

    @Override
    public Program set(String name, Tensor tensor) {
        Value value = ports.written(name, tensor);
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
        ports.demandAllSet();
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
        Elements.copy(read(ports.read(name, into)), into);
    }

    @Override
    public Tensor get(String name) {
        Value value = ports.readable(name);
        Tensor tensor = Tensor.zeros(value.dtype(), value.shape());
        get(name, tensor);
        return tensor;
    }

    /** An output or a float32 state, unrounded. */
    double[] doubles(String name) {
        return ((double[]) read(ports.readable(name))).clone();
    }

    /** The plan of a float32 back end; this one takes arrays as it goes. */
    @Override
    public MemoryPlan memory() {
        return MemoryPlan.of(graph);
    }

    private Object read(Value value) {
        return switch (value.kind()) {
            case WEIGHT, STATE -> session.elements(value);
            case CONSTANT -> Elements.of(graph.constantOf(value));
            case INPUT, INTERMEDIATE -> elements.get(value);
        };
    }
}
