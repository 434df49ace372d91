package io.vivace.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A model, or a part of one, as data: operations in the order in which they run. Shapes are checked as operations are
 * appended, so a graph that exists can run.
 */
public final class Graph {

    /** An operation with its result; the result is null for operations that only change state. */
    public record Node(Op op, Value result) {}

    /** The simpler operations that a fused one stands for, and the value that holds their result. */
    public record Expansion(List<Node> nodes, Value result) {}

    private final String name;
    private final List<Value> values = new ArrayList<>();
    private List<Node> nodes = new ArrayList<>();
    private final Map<String, Value> named = new LinkedHashMap<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final Map<Integer, Tensor> constants = new LinkedHashMap<>();

    private Graph(String name) {
        this.name = name;
    }

    public static Graph named(String name) {
        return new Graph(name);
    }

    public String name() {
        return name;
    }

    /** A tensor of the model file. Asking twice for one name gives the same value. */
    public Value weight(String name, int... extents) {
        return leaf(Value.Kind.WEIGHT, name, DType.FLOAT32, Shape.of(extents));
    }

    /** A tensor that the caller writes before a run. */
    public Value input(String name, DType dtype, int... extents) {
        return leaf(Value.Kind.INPUT, name, dtype, Shape.of(extents));
    }

    /** A tensor that lives as long as its session, zero at first, shared by name between the programs of the session. */
    public Value state(String name, DType dtype, int... extents) {
        return leaf(Value.Kind.STATE, name, dtype, Shape.of(extents));
    }

    /** A tensor that is known now. */
    public Value constant(Tensor tensor) {
        Value value = newValue(Value.Kind.CONSTANT, "", tensor.dtype(), tensor.shape());
        constants.put(value.id(), tensor);
        return value;
    }

    /** Names a value that can be read after a run. */
    public Value output(String name, Value value) {
        if (value.graph() != this) {
            throw new BadGraph("output " + name + " of " + this.name + " is " + value + " of graph " + value.graph().name);
        }
        if (outputs.putIfAbsent(name, value) != null) throw new BadGraph(this.name + " has two outputs named " + name);
        return value;
    }

    /** Appends an operation. */
    public Value add(Op op) {
        for (Value operand : op.operands()) {
            if (operand.graph() != this) {
                throw new BadGraph(op.title() + " in " + name + " uses " + operand + " of graph " + operand.graph().name);
            }
        }
        for (Value state : op.writes()) {
            if (state.kind() != Value.Kind.STATE) throw new BadGraph(op.title() + " writes " + state + ", which is no state");
        }
        Shape shape = op.shape();
        Value result = shape == null ? null : newValue(Value.Kind.INTERMEDIATE, "", op.dtype(), shape);
        nodes.add(new Node(op, result));
        return result;
    }

    /** Decomposes one operation of this graph, beside the graph's own list of operations. */
    public Expansion expand(Fused op) {
        List<Node> own = nodes;
        nodes = new ArrayList<>();
        try {
            Value result = op.decompose(this);
            return new Expansion(nodes, result);
        } finally {
            nodes = own;
        }
    }

    /** The operations in running order, those expanded that {@code known} does not hold for; a reshape carries the result of such a one on. */
    public List<Node> flattened(Predicate<Fused> known) {
        List<Node> flat = new ArrayList<>();
        flatten(List.copyOf(nodes), known, flat);
        return flat;
    }

    private void flatten(List<Node> list, Predicate<Fused> known, List<Node> flat) {
        for (Node node : list) {
            if (node.op() instanceof Fused fused && !known.test(fused)) {
                Expansion expansion = expand(fused);
                flatten(expansion.nodes(), known, flat);
                flat.add(new Node(new Rearrangement.Reshape(expansion.result(), node.result().shape()), node.result()));
            } else {
                flat.add(node);
            }
        }
    }

    /** Values joined along one axis. */
    public Value concat(int axis, Value... parts) {
        int positive = axis < 0 ? axis + parts[0].shape().rank() : axis;
        return parts.length == 1 ? parts[0] : add(new Rearrangement.Concat(List.of(parts), positive));
    }

    /** Operations in running order. */
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** All values, by {@link Value#id()}. */
    public List<Value> values() {
        return Collections.unmodifiableList(values);
    }

    /** Weights, inputs and states, in the order of first use. */
    public List<Value> leaves(Value.Kind kind) {
        return named.values().stream().filter(v -> v.kind() == kind).toList();
    }

    public Value input(String name) {
        Value value = named.get(Value.Kind.INPUT + " " + name);
        if (value == null) throw new BadGraph(this.name + " has no input named " + name);
        return value;
    }

    public Map<String, Value> outputs() {
        return Collections.unmodifiableMap(outputs);
    }

    public Tensor constantOf(Value value) {
        return constants.get(value.id());
    }

    private Value leaf(Value.Kind kind, String name, DType dtype, Shape shape) {
        if (kind != Value.Kind.WEIGHT && named.containsKey(other(kind) + " " + name)) {
            throw new BadGraph(this.name + " has both an input and a state named " + name);
        }
        Value known = named.get(kind + " " + name);
        if (known == null) {
            Value value = newValue(kind, name, dtype, shape);
            named.put(kind + " " + name, value);
            return value;
        }
        if (!known.shape().equals(shape) || known.dtype() != dtype) {
            throw new BadGraph(this.name + " asks for " + kind + " " + name + " as " + dtype + shape + " and as "
                    + known.dtype() + known.shape());
        }
        return known;
    }

    private static Value.Kind other(Value.Kind kind) {
        return kind == Value.Kind.INPUT ? Value.Kind.STATE : Value.Kind.INPUT;
    }

    private Value newValue(Value.Kind kind, String name, DType dtype, Shape shape) {
        Value value = new Value(this, values.size(), kind, name, dtype, shape);
        values.add(value);
        return value;
    }
}
