package io.vivace.graph;

import io.vivace.graph.Graph.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where every input and intermediate of a graph lies, decided before anything is allocated: values whose lifetimes do not
 * meet share their place. Inputs keep theirs, so that what is set once holds for every run. Floats and integers have one
 * slab each.
 *
 * @param places elements from the start of the slab of the value's type, by value id; a reshaped value has the place of its source
 * @param floats elements of the float32 slab
 * @param ints   elements of the int32 slab
 */
public record MemoryPlan(Map<Integer, Integer> places, long floats, long ints) {

    /** Places start at multiples of this many elements: one cache line. */
    private static final int ALIGNMENT = 16;

    private record Span(Value value, int first, int last, long size) {
        boolean meets(Span other) {
            return first <= other.last && other.first <= last;
        }
    }

    /** Bytes of both slabs. */
    public long bytes() {
        return Math.multiplyExact(Math.addExact(floats, ints), (long) DType.BYTES);
    }

    /** Bytes of the states that the programs of one session share. */
    public static long stateBytes(List<Graph> graphs) {
        Map<String, Long> states = new HashMap<>();
        for (Graph graph : graphs) {
            for (Value state : graph.leaves(Value.Kind.STATE)) states.put(state.name(), (long) state.shape().size() * DType.BYTES);
        }
        return states.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Plans a graph as it stands. */
    public static MemoryPlan of(Graph graph) {
        return of(graph, graph.nodes());
    }

    /**
     * Plans the given operations, which may be the graph's own with some of them expanded.
     *
     * @throws BadGraph if the values of one type need more than 2^31−1 elements at once
     */
    public static MemoryPlan of(Graph graph, List<Node> nodes) {
        return of(graph, nodes, sources(nodes));
    }

    /**
     * Plans operations of which some results lie within other values.
     *
     * @param sources by the id of such a value: the id of the value within which it lies and which lies in none itself
     * @throws BadGraph if the values of one type need more than 2^31−1 elements at once
     */
    public static MemoryPlan of(Graph graph, List<Node> nodes, Map<Integer, Integer> sources) {
        Map<Integer, Span> spans = new HashMap<>();
        for (Value input : graph.leaves(Value.Kind.INPUT)) {
            touch(spans, sources, graph, input, 0);
            touch(spans, sources, graph, input, nodes.size());
        }
        for (int i = 0; i < nodes.size(); i++) {
            for (Value operand : nodes.get(i).op().operands()) touch(spans, sources, graph, operand, i);
            if (nodes.get(i).result() != null) touch(spans, sources, graph, nodes.get(i).result(), i);
        }
        for (Value output : graph.outputs().values()) touch(spans, sources, graph, output, nodes.size());
        Map<Integer, Integer> places = new HashMap<>();
        long floats = place(spans, DType.FLOAT32, places, graph);
        long ints = place(spans, DType.INT32, places, graph);
        sources.forEach((alias, source) -> places.put(alias, places.get(source)));
        return new MemoryPlan(Map.copyOf(places), floats, ints);
    }

    /** Whether a reshaped value is only another name for its operand's elements. */
    public static boolean sharesPlace(Node node) {
        return node.op() instanceof Rearrangement.Reshape r
                && (r.x().kind() == Value.Kind.INTERMEDIATE || r.x().kind() == Value.Kind.INPUT);
    }

    private static Map<Integer, Integer> sources(List<Node> nodes) {
        Map<Integer, Integer> sources = new HashMap<>();
        for (Node node : nodes) {
            if (!sharesPlace(node)) continue;
            int operand = node.op().operands().getFirst().id();
            sources.put(node.result().id(), sources.getOrDefault(operand, operand));
        }
        return sources;
    }

    private static void touch(Map<Integer, Span> spans, Map<Integer, Integer> sources, Graph graph, Value value, int at) {
        if (value.kind() != Value.Kind.INTERMEDIATE && value.kind() != Value.Kind.INPUT) return;
        Value source = graph.values().get(sources.getOrDefault(value.id(), value.id()));
        long size = Math.ceilDiv(source.shape().size(), (long) ALIGNMENT) * ALIGNMENT;
        spans.merge(source.id(), new Span(source, at, at, size),
                (old, now) -> new Span(source, Math.min(old.first, now.first), Math.max(old.last, now.last), size));
    }

    /** First fit, large values first; returns the size of the slab. */
    private static long place(Map<Integer, Span> spans, DType dtype, Map<Integer, Integer> places, Graph graph) {
        List<Span> order = new ArrayList<>(spans.values().stream().filter(s -> s.value.dtype() == dtype).toList());
        order.sort(Comparator.comparingLong((Span s) -> -s.size).thenComparingInt(s -> s.value.id()));
        List<Span> placed = new ArrayList<>();
        long end = 0;
        for (Span span : order) {
            long[][] taken = placed.stream().filter(span::meets)
                    .map(s -> new long[] {places.get(s.value.id()), places.get(s.value.id()) + s.size})
                    .sorted(Comparator.comparingLong(range -> range[0])).toArray(long[][]::new);
            long at = firstGap(taken, span.size);
            if (at + span.size > Integer.MAX_VALUE) {
                throw new BadGraph(graph.name() + " needs more than 2^31-1 elements of " + dtype + " at once");
            }
            places.put(span.value.id(), (int) at);
            placed.add(span);
            end = Math.max(end, at + span.size);
        }
        return end;
    }

    private static long firstGap(long[][] taken, long size) {
        long at = 0;
        for (long[] range : taken) {
            if (at + size <= range[0]) return at;
            at = Math.max(at, range[1]);
        }
        return at;
    }
}
