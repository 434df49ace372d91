package io.vivace.backend.cuda;

import io.vivace.graph.Graph.Node;
import io.vivace.graph.Value;
import io.vivace.kernels.Launch;
import java.util.ArrayList;
import java.util.List;

/** The operands of one operation as its kernels want them; what lies in another type is cast first. */
final class Operands {
    private final Compiler compiler;
    private final Node node;
    private final Alarm alarm;
    private final Type activations;
    private final List<Launch> casts = new ArrayList<>();

    Operands(Compiler compiler, Node node, Alarm alarm) {
        this.compiler = compiler;
        this.node = node;
        this.alarm = alarm;
        activations = compiler.types().activations(node.op());
    }

    /** An activation, in the type that the operation computes with; null for an absent one. */
    Place of(Value value) {
        return as(value, activations);
    }

    /** Where a value lies, whatever its type: states that are written, integers, what is only moved. */
    Place raw(Value value) {
        return value == null ? null : compiler.place(value);
    }

    /** A float32 operand: statistics, scales, biases; null for an absent one. */
    Place wide(Value value) {
        return as(value, Type.FLOAT32);
    }

    /** An operand in a type; null for an absent one. */
    Place as(Value value, Type type) {
        if (value == null) return null;
        Place place = compiler.place(value);
        if (place.type() == type || place.type() == Type.INT32) return place;
        // Each cast has room of its own: an operation has few operands, and most are of the right type.
        Place cast = new Place(compiler.memory().room(value.shape().size() * (long) type.bytes(), casts.size()), type, value.shape().last());
        casts.addAll(Elementwise.cast(place, cast, value.shape().size()));
        return cast;
    }

    Place result() {
        return node.result() == null ? null : compiler.place(node.result());
    }

    Matrix matrix(Value weight) {
        return compiler.weights().matrix(weight);
    }

    /** Device address of a weight's elements, row-major in the type of its panels. */
    long rows(Value weight) {
        return compiler.weights().rows(weight);
    }

    /** In what type the operation wants its activations. */
    Type activations() {
        return activations;
    }

    /**
     * Device address of memory for what lies between two launches of the operation.
     *
     * @param number of the room, see {@link Memory#room}
     */
    long room(long bytes, int number) {
        return compiler.memory().room(bytes, number);
    }

    /** A table that is a weight, or a float32 value used as one. */
    Table table(Value value) {
        if (value.kind() == Value.Kind.WEIGHT) return compiler.weights().table(value);
        Place place = wide(value);
        return new Table(place.address(), place.type(), value.shape().at(0), value.shape().last());
    }

    Scratch scratch() {
        return compiler.memory().scratch();
    }

    Alarm alarm() {
        return alarm;
    }

    /** Whether the result is only a view of this operand. */
    boolean isView(Value operand) {
        Views.View view = compiler.views().of(node.result());
        return view != null && view.within() == operand;
    }

    /** By how much a counter is still to be moved. */
    int due(Value counter) {
        return compiler.advances().due(counter);
    }

    List<Launch> casts() {
        return casts;
    }
}
