package io.vivace.graph;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class GraphTest {
    private final Graph g = Graph.named("g");

    private static void refuses(String message, Runnable action) {
        assertEquals(message, assertThrows(BadGraph.class, action::run).getMessage());
    }

    @Test
    void oneNameIsOneValue() {
        assertSame(g.weight("w", 2), g.weight("w", 2));
        refuses("g asks for WEIGHT w as FLOAT32[3] and as FLOAT32[2]", () -> g.weight("w", 3));
        g.state("cache", FLOAT32, 2);
        refuses("g asks for STATE cache as INT32[2] and as FLOAT32[2]", () -> g.state("cache", INT32, 2));
    }

    @Test
    void aWeightMayHaveTheNameOfAnInput() {
        g.input("x", FLOAT32, 2);
        assertNotNull(g.weight("x", 3));
    }

    @Test
    void anInputAndAStateMayNotShareAName() {
        g.input("x", FLOAT32, 2);
        g.state("y", FLOAT32, 2);
        refuses("g has both an input and a state named x", () -> g.state("x", FLOAT32, 2));
        refuses("g has both an input and a state named y", () -> g.input("y", FLOAT32, 2));
    }

    @Test
    void refusesValuesOfOtherGraphs() {
        Value foreign = Graph.named("other").input("z", FLOAT32, 2), own = g.input("x", FLOAT32, 2);
        refuses("Binary in g uses %0 z FLOAT32[2] of graph other", () -> own.plus(foreign));
        refuses("output y of g is %0 z FLOAT32[2] of graph other", () -> g.output("y", foreign));
    }

    @Test
    void refusesTwoOutputsOfOneName() {
        Value x = g.input("x", FLOAT32, 2);
        g.output("y", x);
        refuses("g has two outputs named y", () -> g.output("y", x.affine(2, 0)));
    }

    @Test
    void onlyStatesAreWritten() {
        Value counter = g.input("counter", INT32, 1);
        refuses("Advance writes %0 counter INT32[1], which is no state", () -> g.add(new Stepwise.Advance(counter, 1)));
    }

    @Test
    void refusesShapesThatCannotBe() {
        refuses("a shape needs extents of at least 0, not [2, -1]", () -> Shape.of(2, -1));
        refuses("shape [65536, 65536] has more than 2^31-1 elements", () -> Shape.of(65536, 65536));
        refuses("shape [2, 3] has no axis 2", () -> Shape.of(2, 3).at(2));
        refuses("shape [2, 3] has no axis -3", () -> Shape.of(2, 3).with(-3, 1));
        refuses("a tensor of shape [2, 3] needs 6 elements, not 2", () -> Tensor.of(Shape.of(2, 3), 1f, 2f));
        refuses("shapes [2, 3] and [2, 2] do not broadcast", () -> Shape.broadcast(Shape.of(2, 3), Shape.of(2, 2)));
    }

    @Test
    void broadcastsFromTheLastAxis() {
        assertEquals(Shape.of(4, 2, 3), Shape.broadcast(Shape.of(4, 1, 3), Shape.of(2, 1)));
        assertEquals(Shape.of(2, 3), Shape.broadcast(Shape.of(), Shape.of(2, 3)));
        assertEquals(Shape.of(0, 3), Shape.broadcast(Shape.of(1, 3), Shape.of(0, 1)));
        assertArrayEquals(new int[] {6, 3, 1}, Shape.of(5, 2, 3).strides());
    }

    @Test
    void matricesBroadcastTheirLeadingAxes() {
        Value product = g.add(new Arithmetic.MatMul(g.input("a", FLOAT32, 4, 1, 2, 3), g.input("b", FLOAT32, 5, 3, 7), false));
        assertEquals(Shape.of(4, 5, 2, 7), product.shape());
    }

    @Test
    void expandingLeavesTheGraphsOwnOperationsAlone() {
        Value x = g.input("x", FLOAT32, 2, 3);
        var linear = new Linear(x, g.weight("w", 4, 3), g.weight("b", 4), null, Activation.RELU);
        Value y = g.output("y", g.add(linear));
        Graph.Expansion expansion = g.expand(linear);
        assertEquals(1, g.nodes().size());
        assertEquals(y.shape(), expansion.result().shape());
        assertEquals("MatMul, Binary, Unary", String.join(", ", expansion.nodes().stream().map(n -> n.op().title()).toList()));
    }

    @Test
    void whatChangesNothingAddsNothing() {
        Value x = g.input("x", FLOAT32, 2, 3);
        assertSame(x, x.reshape(2, 3));
        assertSame(x, x.slice(-1, 0, 3));
        assertSame(x, x.apply(Activation.NONE));
        assertSame(x, g.concat(0, x));
    }
}
