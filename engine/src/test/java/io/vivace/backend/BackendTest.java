package io.vivace.backend;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.Activation;
import io.vivace.graph.BadGraph;
import io.vivace.graph.Graph;
import io.vivace.graph.Linear;
import io.vivace.graph.Primitive;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import org.junit.jupiter.api.Test;

class ReferenceBackendTest {
    private final Backend backend = new ReferenceBackend();

    @Test
    void runsALinearLayer() {
        Graph g = Graph.named("linear");
        Value x = g.input("x", FLOAT32, 2, 3);
        g.output("y", g.add(new Linear(x, g.weight("w", 2, 3), g.weight("b", 2), null, Activation.RELU)));
        var weights = new MemoryWeights().matrix("w", Storage.FLOAT32, 2, 3, 1, 2, 3, -1, 0, 1).vector("b", 0.5f, -0.5f);
        Program program = backend.open(weights).compile(g);
        program.set("x", Tensor.of(Shape.of(2, 3), 1f, 1f, 1f, 3f, 2f, 1f)).run();
        assertArrayEquals(new float[] {6.5f, 0, 10.5f, 0}, program.get("y").floats());
    }

    @Test
    void statesAreSharedByNameAndResetToZero() {
        Graph count = Graph.named("count");
        Value step = count.state("step", INT32, 1);
        count.add(new Primitive.Advance(step, 3));
        Graph look = Graph.named("look");
        look.output("seen", look.state("step", INT32, 1).reshape(1, 1));
        Backend.Session session = backend.open(new MemoryWeights());
        Program counting = session.compile(count), looking = session.compile(look);
        counting.run();
        counting.run();
        looking.run();
        assertEquals(6, looking.get("seen").ints()[0]);
        session.reset();
        assertEquals(6, looking.get("seen").ints()[0]);
        assertEquals(0, looking.get("step").ints()[0]);
        looking.set("step", Tensor.of(Shape.of(1), 9));
        assertEquals(9, counting.get("step").ints()[0]);
    }

    @Test
    void refusesAStateOfAnotherShape() {
        Graph a = Graph.named("a"), b = Graph.named("b");
        a.state("cache", FLOAT32, 1, 2);
        b.state("cache", FLOAT32, 2, 2);
        Backend.Session session = backend.open(new MemoryWeights());
        session.compile(a);
        assertMessage("b has the state cache as FLOAT32[2, 2], but the session holds it as FLOAT32[1, 2]",
                assertThrows(BadGraph.class, () -> session.compile(b)));
    }

    @Test
    void namesWhatDoesNotFitWhenATensorGoesInOrOut() {
        Graph g = Graph.named("g");
        g.output("y", g.input("x", FLOAT32, 2).affine(2, 0));
        Program program = backend.open(new MemoryWeights()).compile(g);
        assertMessage("g has no input or state named z",
                assertThrows(BadGraph.class, () -> program.set("z", Tensor.of(Shape.of(1), 0f))));
        assertMessage("g has x as FLOAT32[2], not as INT32[2]",
                assertThrows(BadGraph.class, () -> program.set("x", Tensor.of(Shape.of(2), 1, 2))));
        assertMessage("g has no output or state named x", assertThrows(BadGraph.class, () -> program.get("x")));
        assertMessage("g reads %0 x FLOAT32[2], which was never set", assertThrows(IllegalStateException.class, program::run));
    }

    @Test
    void refusesARowOutsideItsTable() {
        Graph g = Graph.named("g");
        g.output("y", g.add(new Primitive.Gather(g.weight("table", 3, 1), g.input("ids", INT32, 2))));
        Program program = backend.open(new MemoryWeights().table("table", Storage.FLOAT32, new int[] {3, 1}, 0, 0, 0)).compile(g);
        for (int id : new int[] {-1, 3, Integer.MAX_VALUE}) {
            program.set("ids", Tensor.of(Shape.of(2), 0, id));
            assertMessage("Gather of row " + id + " leaves %0 table FLOAT32[3, 1] with its rows 0 to 2",
                    assertThrows(IndexOutOfBoundsException.class, program::run));
        }
    }

    @Test
    void refusesAWriteOrWindowOutsideTheState() {
        Graph g = Graph.named("g");
        Value state = g.state("cache", FLOAT32, 1, 4), at = g.input("at", INT32, 1);
        g.add(new Primitive.Write(state, 1, at, g.input("x", FLOAT32, 1, 2)));
        Graph h = Graph.named("h");
        h.output("y", h.add(new Primitive.Window(h.state("cache", FLOAT32, 1, 4), 1, h.input("at", INT32, 1), 2)));
        Backend.Session session = backend.open(new MemoryWeights());
        Program write = session.compile(g).set("x", Tensor.of(Shape.of(1, 2), 5f, 6f)), window = session.compile(h);
        for (int position : new int[] {-1, 3, Integer.MAX_VALUE}) {
            Tensor bad = Tensor.of(Shape.of(1), position);
            assertMessage("Write of 2 elements at position " + position + " leaves axis 1 of %0 cache FLOAT32[1, 4]",
                    assertThrows(IndexOutOfBoundsException.class, write.set("at", bad)::run));
            assertMessage("Window of 2 elements at position " + position + " leaves axis 1 of %0 cache FLOAT32[1, 4]",
                    assertThrows(IndexOutOfBoundsException.class, window.set("at", bad)::run));
        }
        write.set("at", Tensor.of(Shape.of(1), 2)).run();
        window.set("at", Tensor.of(Shape.of(1), 1)).run();
        assertArrayEquals(new float[] {0, 5}, window.get("y").floats());
    }

    private static void assertMessage(String expected, Exception exception) {
        assertEquals(expected, exception.getMessage());
    }
}
