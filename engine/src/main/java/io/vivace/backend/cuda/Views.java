package io.vivace.backend.cuda;

import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.CausalDepthwiseConv;
import io.vivace.graph.Graph;
import io.vivace.graph.Graph.Node;
import io.vivace.graph.Linear;
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
 * scans and recurrences read where they lie; results that are computed in their place within a concatenation; and concatenations of a value's own pieces
 * with one that is new, which is written over the piece that it replaces. A decoding step then launches arithmetic only.
 */
final class Views {
    /** A value lies in {@code within}, from element {@code offset} on, rows {@code stride} elements apart. */
    record View(Value within, long offset, int stride) {}

    /** An operation, its number, its result. */
    private record Reader(int number, Op op, Value result) {}

    private final Map<Integer, View> views = new HashMap<>();
    private final Map<Integer, List<Reader>> readers = new HashMap<>();
    /** Which operation, by its number, makes a value. */
    private final Map<Integer, Integer> makers = new HashMap<>();
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
        for (int i = 0; i < nodes.size(); i++) {
            var reader = new Reader(i, nodes.get(i).op(), nodes.get(i).result());
            if (reader.result != null) makers.put(reader.result.id(), i);
            for (Value operand : reader.op.operands()) readers.computeIfAbsent(operand.id(), id -> new ArrayList<>()).add(reader);
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
        Value renewed = renewed(op, result);
        long offset = 0;
        for (Value part : op.parts()) {
            if (isComputed(part) && sameType.test(part, result)) views.put(part.id(), new View(result, offset, last(part)));
            offset += part.shape().size();
        }
        if (renewed != null) views.put(result.id(), new View(renewed, 0, last(result)));
    }

    private boolean isComputed(Value part) {
        return part.kind() == Value.Kind.INTERMEDIATE && !views.containsKey(part.id()) && !kept.contains(part.id());
    }

    /** The value whose pieces, in their places, are the concatenation's but for one, if it may be written over; or null. */
    private Value renewed(Concat op, Value result) {
        Value whole = null, fresh = null;
        long at = 0, offset = 0;
        for (Value part : op.parts()) {
            View view = views.get(part.id());
            if (view == null) {
                if (fresh != null || !isComputed(part)) return null;
                fresh = part;
                at = offset;
            } else {
                if (view.offset != offset || whole != null && whole != view.within) return null;
                whole = view.within;
            }
            offset += part.shape().size();
        }
        boolean fits = whole != null && fresh != null && isComputed(whole) && whole.shape().size() == offset && sameType.test(whole, result)
                && sameType.test(fresh, result);
        return fits && isOver(whole, op, fresh, at) ? whole : null;
    }

    /**
     * Whether nobody reads a value, or what lies in it, any more when a fresh piece is made, but for the concatenation and for the product that makes
     * the piece: it adds the piece that it replaces as its residual, each element where the result is written.
     */
    private boolean isOver(Value whole, Concat concat, Value fresh, long at) {
        int made = makers.get(fresh.id());
        List<Reader> all = new ArrayList<>(readers.get(whole.id()));
        for (Map.Entry<Integer, View> view : views.entrySet()) {
            if (root(view.getValue()) != whole) continue;
            if (kept.contains(view.getKey())) return false;
            for (Reader reader : readers.getOrDefault(view.getKey(), List.of())) {
                boolean inPlace = view.getValue().within == whole && view.getValue().offset == at;
                if (!(inPlace && reader.number == made && isResidualOnly(reader.op, view.getKey()))) all.add(reader);
            }
        }
        return all.stream().allMatch(reader -> reader.number < made || reader.op == concat || reader.result != null && isWithin(reader.result, whole));
    }

    private static boolean isResidualOnly(Op op, int value) {
        return op instanceof Linear l && l.x().id() != value && l.residual() != null && l.residual().id() == value;
    }

    private boolean isWithin(Value value, Value whole) {
        View view = views.get(value.id());
        return view != null && root(view) == whole;
    }

    /** States change and weights lie elsewhere; and what is read row by row cannot be cut again. */
    private boolean stays(Value x) {
        View view = views.get(x.id());
        return (x.kind() == Value.Kind.INTERMEDIATE || x.kind() == Value.Kind.INPUT) && (view == null || view.stride == last(x));
    }

    private boolean onlyReadByRows(Value value) {
        return !kept.contains(value.id()) && readers.getOrDefault(value.id(), List.of()).stream().allMatch(reader -> asItIs.test(reader.op, value)
                && switch (reader.op) {
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
