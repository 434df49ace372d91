package io.vivace.backend.cuda;

import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.CausalDepthwiseConv;
import io.vivace.graph.Graph;
import io.vivace.graph.Graph.Node;
import io.vivace.graph.Op;
import io.vivace.graph.Rearrangement.Concat;
import io.vivace.graph.Rearrangement.Reshape;
import io.vivace.graph.Rearrangement.Slice;
import io.vivace.graph.Rotary;
import io.vivace.graph.SelectiveScan;
import io.vivace.graph.Shape;
import io.vivace.graph.Sru;
import io.vivace.graph.StateSpaceDuality;
import io.vivace.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Values that lie within others, so that no kernel has to copy them: reshaped values; slices that are contiguous, or whose rows attention, rotary positions,
 * scans and recurrences read where they lie; and results that are computed in their place within a concatenation. A decoding step then launches arithmetic only.
 */
final class Views {
    /** A value lies in {@code within}, from element {@code offset} on, rows {@code stride} elements apart. */
    record View(Value within, long offset, int stride) {}

    private final Map<Integer, View> views = new HashMap<>();
    private final Map<Integer, List<Op>> readers = new HashMap<>();
    private final Set<Integer> kept = new HashSet<>();
    private final BiPredicate<Value, Value> sameType;
    private final BiPredicate<Op, Value> asItIs;

    /**
     * @param sameType whether two values have elements of the same type on the device
     * @param asItIs   whether an operation wants an activation in the type that it has; else it is cast, and what is cast is dense
     */
    Views(Graph graph, List<Node> nodes, BiPredicate<Value, Value> sameType, BiPredicate<Op, Value> asItIs) {
        this.sameType = sameType;
        this.asItIs = asItIs;
        for (Node node : nodes) {
            for (Value operand : node.op().operands()) readers.computeIfAbsent(operand.id(), id -> new ArrayList<>()).add(node.op());
        }
        for (Value output : graph.outputs().values()) kept.add(output.id());
        for (Node node : nodes) {
            switch (node.op()) {
                case Reshape r -> reshape(r, node.result());
                case Slice s -> slice(s, node.result());
                case Concat c -> concat(c, node.result());
                default -> { }
            }
        }
    }

    /** Where a value lies within another one, or null. */
    View of(Value value) {
        return views.get(value.id());
    }

    /** For the memory plan: in which value each view lies at last. */
    Map<Integer, Integer> sources() {
        Map<Integer, Integer> sources = new HashMap<>();
        views.forEach((id, view) -> sources.put(id, root(view).id()));
        return sources;
    }

    private Value root(View view) {
        Value within = view.within;
        while (views.containsKey(within.id())) within = views.get(within.id()).within;
        return within;
    }

    private void reshape(Reshape op, Value result) {
        if (stays(op.x()) && sameType.test(op.x(), result)) views.put(result.id(), new View(op.x(), 0, last(result)));
    }

    private void slice(Slice op, Value result) {
        if (!stays(op.x()) || !sameType.test(op.x(), result) || result.shape().size() == 0) return;
        Shape shape = op.x().shape();
        long offset = (long) op.from() * shape.strides()[op.axis()];
        if (contiguous(shape, op.axis())) views.put(result.id(), new View(op.x(), offset, last(result)));
        else if (op.axis() == shape.rank() - 1 && onlyReadByRows(result)) views.put(result.id(), new View(op.x(), offset, shape.last()));
    }

    private void concat(Concat op, Value result) {
        if (!contiguous(result.shape(), op.axis())) return;
        long offset = 0;
        for (Value part : op.parts()) {
            boolean computed = part.kind() == Value.Kind.INTERMEDIATE && !views.containsKey(part.id()) && !kept.contains(part.id());
            if (computed && sameType.test(part, result)) views.put(part.id(), new View(result, offset, last(part)));
            offset += part.shape().size();
        }
    }

    /** States change and weights lie elsewhere; and what is read row by row cannot be cut again. */
    private boolean stays(Value x) {
        View view = views.get(x.id());
        return (x.kind() == Value.Kind.INTERMEDIATE || x.kind() == Value.Kind.INPUT) && (view == null || view.stride == last(x));
    }

    private boolean onlyReadByRows(Value value) {
        return !kept.contains(value.id()) && readers.getOrDefault(value.id(), List.of()).stream().allMatch(reader -> asItIs.test(reader, value) && switch (reader) {
            case Attention a -> a.keep() != value && a.bias() != value;
            case CachedAttention _ -> true;
            case Rotary r -> r.table() != value;
            case CausalDepthwiseConv _, SelectiveScan _, Sru _, StateSpaceDuality _ -> value.shape().rank() == 3;
            default -> false;
        });
    }

    /** Whether a part along this axis is one piece of memory. */
    static boolean contiguous(Shape shape, int axis) {
        for (int i = 0; i < axis; i++) if (shape.at(i) != 1) return false;
        return true;
    }

    private static int last(Value value) {
        return value.shape().rank() == 0 ? 1 : value.shape().last();
    }
}
