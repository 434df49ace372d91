package io.vivace.graph;

import java.util.Arrays;

/**
 * One tensor of a graph. Values are made by {@link Graph} only; the fluent methods append an operation to the graph that
 * the value belongs to, and check shapes at once.
 */
public final class Value {

    /** Where a value's elements come from, and how long they live. */
    public enum Kind {
        /** Read from the model file, by name. */
        WEIGHT,
        /** Written by the caller before a run, and kept until it is written again. */
        INPUT,
        /** Survives from run to run, and is shared by name between the programs of a session. */
        STATE,
        /** Known when the graph is built: tables, masks. */
        CONSTANT,
        /** Computed during a run. */
        INTERMEDIATE
    }

    private final Graph graph;
    private final int id;
    private final Kind kind;
    private final String name;
    private final DType dtype;
    private final Shape shape;

    Value(Graph graph, int id, Kind kind, String name, DType dtype, Shape shape) {
        this.graph = graph;
        this.id = id;
        this.kind = kind;
        this.name = name;
        this.dtype = dtype;
        this.shape = shape;
    }

    public Graph graph() {
        return graph;
    }

    /** Position among the values of the graph, in the order of their making. */
    public int id() {
        return id;
    }

    public Kind kind() {
        return kind;
    }

    public String name() {
        return name;
    }

    public DType dtype() {
        return dtype;
    }

    public Shape shape() {
        return shape;
    }

    public Value plus(Value other) {
        return graph.add(new Arithmetic.Binary(Arithmetic.Binary.Kind.ADD, this, other));
    }

    public Value minus(Value other) {
        return graph.add(new Arithmetic.Binary(Arithmetic.Binary.Kind.SUBTRACT, this, other));
    }

    public Value times(Value other) {
        return graph.add(new Arithmetic.Binary(Arithmetic.Binary.Kind.MULTIPLY, this, other));
    }

    /** {@code this * scale + offset}. */
    public Value affine(double scale, double offset) {
        return graph.add(new Arithmetic.Affine(this, scale, offset));
    }

    public Value apply(Arithmetic.Unary.Kind function) {
        return graph.add(new Arithmetic.Unary(function, this));
    }

    public Value apply(Activation activation) {
        return activation == Activation.NONE ? this : graph.add(new Activate(this, activation));
    }

    /** Sum, mean or maximum over one axis, which stays with extent 1. */
    public Value reduce(Arithmetic.Reduce.Kind kind, int axis) {
        return graph.add(new Arithmetic.Reduce(kind, this, axis < 0 ? axis + shape.rank() : axis));
    }

    public Value reshape(int... extents) {
        return Arrays.equals(extents, shape.toArray()) ? this : graph.add(new Rearrangement.Reshape(this, Shape.of(extents)));
    }

    public Value transpose(int... order) {
        return graph.add(new Rearrangement.Transpose(this, order));
    }

    /** Elements {@code from} (inclusive) to {@code to} (exclusive) of one axis. */
    public Value slice(int axis, int from, int to) {
        int positive = axis < 0 ? axis + shape.rank() : axis;
        if (from == 0 && to == shape.at(positive)) return this;
        return graph.add(new Rearrangement.Slice(this, positive, from, to));
    }

    @Override
    public String toString() {
        return "%" + id + (name.isEmpty() ? "" : " " + name) + " " + dtype + shape;
    }
}
