package io.vivace.graph;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.graph.Graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {

    /** Runs the plan with marks in place of numbers: every operand must hold the mark that its maker left there, before and after. */
    private static void assertNothingIsOverwritten(Graph graph, MemoryPlan plan) {
        Map<DType, int[]> slabs = Map.of(FLOAT32, new int[(int) plan.floats()], INT32, new int[(int) plan.ints()]);
        Map<Integer, Integer> marks = new HashMap<>();
        for (Value input : graph.leaves(Value.Kind.INPUT)) mark(slabs, plan, marks, input, input.id() + 1);
        for (int run = 0; run < 2; run++) {
            for (Node node : graph.nodes()) {
                for (Value operand : node.op().operands()) check(slabs, plan, marks, operand);
                int id = MemoryPlan.sharesPlace(node) ? marks.get(node.op().operands().getFirst().id()) : node.result().id() + 1;
                mark(slabs, plan, marks, node.result(), id);
                for (Value operand : node.op().operands()) check(slabs, plan, marks, operand);
            }
            for (Value output : graph.outputs().values()) check(slabs, plan, marks, output);
        }
    }

    private static void mark(Map<DType, int[]> slabs, MemoryPlan plan, Map<Integer, Integer> marks, Value value, int mark) {
        int at = plan.places().get(value.id());
        assertEquals(0, at % 16, "places start at cache lines");
        for (int i = 0; i < value.shape().size(); i++) slabs.get(value.dtype())[at + i] = mark;
        marks.put(value.id(), mark);
    }

    private static void check(Map<DType, int[]> slabs, MemoryPlan plan, Map<Integer, Integer> marks, Value value) {
        if (value.kind() != Value.Kind.INTERMEDIATE && value.kind() != Value.Kind.INPUT) return;
        int at = plan.places().get(value.id());
        for (int i = 0; i < value.shape().size(); i++) {
            assertEquals(marks.get(value.id()), slabs.get(value.dtype())[at + i], value + " was overwritten at element " + i);
        }
    }

    private static long naive(Graph graph) {
        return graph.values().stream().filter(v -> v.kind() == Value.Kind.INTERMEDIATE || v.kind() == Value.Kind.INPUT)
                .mapToLong(v -> (v.shape().size() + 15L) / 16 * 16 * DType.BYTES).sum();
    }

    /** Chains and joins of random operations over vectors of random length, with outputs anywhere. */
    private static Graph random(long seed) {
        Random random = new Random(seed);
        Graph g = Graph.named("random " + seed);
        List<Value> known = new ArrayList<>();
        for (int i = 0; i < 3; i++) known.add(g.input("x" + i, i == 2 ? INT32 : FLOAT32, 1, 1 + random.nextInt(100)));
        known.add(g.weight("w", 1, 40));
        for (int i = 0; i < 60; i++) known.add(next(g, random, known));
        for (int i = 0; i < 5; i++) g.output("y" + i, known.get(random.nextInt(known.size())));
        g.output("last", known.getLast());
        return g;
    }

    private static Value next(Graph g, Random random, List<Value> known) {
        Value x = known.get(random.nextInt(known.size()));
        int size = x.shape().size();
        return switch (random.nextInt(5)) {
            case 0 -> x.shape().at(0) == 1 ? x.reshape(size, 1) : x.reshape(1, size);
            case 1 -> x.transpose(1, 0);
            case 2 -> {
                int count = 1 + random.nextInt(Math.min(2 * size, 100));
                yield g.concat(0, x.reshape(size), x.reshape(size)).slice(0, 0, count).reshape(1, count);
            }
            case 3 -> x.dtype() == FLOAT32 ? x.affine(2, 1) : g.add(new Stepwise.Force(x, x));
            default -> x.dtype() == FLOAT32 ? x.plus(x.reduce(Arithmetic.Reduce.Kind.SUM, 0)) : x.slice(-1, 0, 1);
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void valuesThatAreStillNeededAreNeverOverwritten(long seed) {
        Graph graph = random(seed);
        MemoryPlan plan = MemoryPlan.of(graph);
        assertNothingIsOverwritten(graph, plan);
        assertTrue(plan.bytes() <= naive(graph), plan.bytes() + " bytes are more than all values side by side: " + naive(graph));
        assertEquals(plan, MemoryPlan.of(graph), "the same graph gives the same plan");
    }

    @Test
    void aChainNeedsTwoPlaces() {
        Graph g = Graph.named("chain");
        Value x = g.input("x", FLOAT32, 16);
        for (int i = 0; i < 50; i++) x = x.affine(2, 0);
        g.output("y", x);
        assertEquals(3 * 16, MemoryPlan.of(g).floats(), "the input, and two places in turn");
    }

    @Test
    void inputsKeepTheirPlaceForTheNextRun() {
        Graph g = Graph.named("g");
        Value x = g.input("x", FLOAT32, 16);
        g.output("y", x.affine(2, 0).affine(3, 0).affine(4, 0));
        MemoryPlan plan = MemoryPlan.of(g);
        for (Node node : g.nodes()) assertTrue(!plan.places().get(node.result().id()).equals(plan.places().get(x.id())));
    }

    @Test
    void aReshapedValueIsTheSameMemory() {
        Graph g = Graph.named("g");
        Value x = g.input("x", FLOAT32, 4, 4).affine(2, 0), flat = x.reshape(16), column = flat.reshape(16, 1);
        g.output("y", column);
        MemoryPlan plan = MemoryPlan.of(g);
        assertEquals(plan.places().get(x.id()), plan.places().get(flat.id()));
        assertEquals(plan.places().get(x.id()), plan.places().get(column.id()));
    }

    @Test
    void aReshapedStateIsACopy() {
        Graph g = Graph.named("g");
        Value state = g.state("s", FLOAT32, 4), seen = g.output("seen", state.reshape(2, 2));
        assertNull(MemoryPlan.of(g).places().get(state.id()));
        assertEquals(0, MemoryPlan.of(g).places().get(seen.id()));
        assertEquals(16 * DType.BYTES, MemoryPlan.of(g).bytes());
    }

    @Test
    void refusesMoreThanOneSlabCanHold() {
        Graph g = Graph.named("huge");
        Value x = g.input("x", FLOAT32, 1 << 30);
        g.output("y", x.affine(2, 0).plus(x));
        assertEquals("huge needs more than 2^31-1 elements of FLOAT32 at once", assertThrows(BadGraph.class, () -> MemoryPlan.of(g)).getMessage());
        Graph h = Graph.named("huge");
        h.output("y", h.input("x", FLOAT32, Integer.MAX_VALUE));
        assertThrows(BadGraph.class, () -> MemoryPlan.of(h));
    }
}
