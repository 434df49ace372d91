package io.vivace.backend;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic;
import io.vivace.graph.BadGraph;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.EmbeddingSum;
import io.vivace.graph.Graph;
import io.vivace.graph.Linear;
import io.vivace.graph.Op;
import io.vivace.graph.Rearrangement;
import io.vivace.graph.Rotary;
import io.vivace.graph.Sampling;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every back end promises around its arithmetic: sessions, states, names, and refusals. */
abstract class BackendContract {
    private final Backend backend;

    BackendContract(Backend backend) {
        this.backend = backend;
    }

    private Program compile(Graph graph) {
        return compile(graph, new MemoryWeights());
    }

    private Program compile(Graph graph, MemoryWeights weights) {
        return backend.open(weights).compile(graph);
    }

    private static Graph graph(String name, Function<Graph, Op> op) {
        Graph g = Graph.named(name);
        Value result = g.add(op.apply(g));
        if (result != null) g.output("result", result);
        return g;
    }

    private static Tensor scalar(int value) {
        return Tensor.of(Shape.of(1), value);
    }

    @Test
    void runsALinearLayer() {
        var weights = new MemoryWeights().matrix("w", Storage.FLOAT32, 2, 3, 1, 2, 3, -1, 0, 1).vector("b", 0.5f, -0.5f);
        Program program = compile(graph("g", g -> new Linear(g.input("x", FLOAT32, 2, 3), g.weight("w", 2, 3), g.weight("b", 2), null, Activation.RELU)),
                weights);
        program.set("x", Tensor.of(Shape.of(2, 3), 1f, 1f, 1f, 3f, 2f, 1f)).run();
        assertArrayEquals(new float[] {6.5f, 0, 10.5f, 0}, program.get("result").floats());
    }

    @Test
    void inputsHoldUntilTheyAreSetAgain() {
        Graph g = Graph.named("g");
        Value x = g.input("x", FLOAT32, 64), y = x;
        for (int i = 0; i < 5; i++) y = y.affine(2, 1);
        g.output("y", y);
        Program program = compile(g).set("x", Tensor.zeros(FLOAT32, Shape.of(64)));
        for (int run = 0; run < 3; run++) {
            program.run();
            assertEquals(31, program.get("y").floats()[63]);
        }
        program.set("x", Tensor.of(Shape.of(64), new float[64]));
        assertEquals(31, program.get("y").floats()[63], "setting an input leaves the outputs of the last run alone");
    }

    @Test
    void everyKindOfValueCanBeAnOutput() {
        Graph g = Graph.named("g");
        g.output("input", g.input("x", FLOAT32, 2));
        g.output("constant", g.constant(Tensor.of(Shape.of(2), 5, 6)));
        g.output("weight", g.weight("w", 2));
        g.output("state", g.state("s", FLOAT32, 2));
        Value twice = g.output("once", g.input("x", FLOAT32, 2).affine(2, 0));
        g.output("again", twice);
        Program program = compile(g, new MemoryWeights().vector("w", 3, 4)).set("x", Tensor.of(Shape.of(2), 1f, 2f)).set("s", Tensor.of(Shape.of(2), 7f, 8f));
        program.run();
        assertArrayEquals(new float[] {1, 2}, program.get("input").floats());
        assertArrayEquals(new int[] {5, 6}, program.get("constant").ints());
        assertArrayEquals(new float[] {3, 4}, program.get("weight").floats());
        assertArrayEquals(new float[] {7, 8}, program.get("state").floats());
        assertArrayEquals(new float[] {2, 4}, program.get("once").floats());
        assertArrayEquals(new float[] {2, 4}, program.get("again").floats());
    }

    @Test
    void statesAreSharedByNameAndResetToZero() {
        Graph count = graph("count", g -> new Stepwise.Advance(g.state("step", INT32, 1), 3));
        Graph look = graph("look", g -> new Rearrangement.Reshape(g.state("step", INT32, 1), Shape.of(1, 1)));
        Backend.Session session = backend.open(new MemoryWeights());
        Program counting = session.compile(count), looking = session.compile(look);
        counting.run();
        counting.run();
        looking.run();
        assertEquals(6, looking.get("result").ints()[0]);
        session.reset();
        assertEquals(6, looking.get("result").ints()[0], "an output is a copy");
        assertEquals(0, looking.get("step").ints()[0]);
        looking.set("step", scalar(9));
        assertEquals(9, counting.get("step").ints()[0]);
    }

    @Test
    void sessionsDoNotShareStates() {
        Graph count = graph("count", g -> new Stepwise.Advance(g.state("step", INT32, 1), 3));
        Program one = compile(count), other = compile(count);
        one.run();
        assertEquals(3, one.get("step").ints()[0]);
        assertEquals(0, other.get("step").ints()[0]);
    }

    @Test
    void refusesAStateOfAnotherShape() {
        Graph a = Graph.named("a"), b = Graph.named("b");
        a.state("cache", FLOAT32, 1, 2);
        b.state("cache", FLOAT32, 2, 2);
        Backend.Session session = backend.open(new MemoryWeights());
        session.compile(a);
        refuses(BadGraph.class, "b has the state cache as FLOAT32[2, 2], but the session holds it as FLOAT32[1, 2]", () -> session.compile(b));
    }

    @Test
    void refusesAWeightOfAnotherShape() {
        var weights = new MemoryWeights().matrix("w", Storage.FLOAT32, 2, 3, 1, 2, 3, -1, 0, 1).vector("b", 1, 2);
        refuses(BadCheckpoint.class, "Tensor \"w\" is [2, 3] in the model file where [3, 2] is needed; convert the model again.", () -> compile(
                graph("g", g -> new Linear(g.input("x", FLOAT32, 2, 2), g.weight("w", 3, 2), null, null, Activation.NONE)), weights));
        refuses(BadCheckpoint.class, "Tensor \"b\" is [2] in the model file where [3] is needed; convert the model again.", () -> compile(
                graph("g", g -> new Arithmetic.Affine(g.weight("b", 3), 2, 0)), weights));
        refuses(BadCheckpoint.class, "Tensor \"w\" is [2, 3] in the model file where [3, 2] is needed; convert the model again.", () -> compile(
                graph("g", g -> new Rearrangement.Gather(g.weight("w", 3, 2), g.input("ids", INT32, 1))), weights));
    }

    @Test
    void refusesTensorsThatDoNotFit() {
        Graph g = Graph.named("g");
        g.output("y", g.input("x", FLOAT32, 2).affine(2, 0));
        Program program = compile(g);
        refuses(BadGraph.class, "g has no input or state named z", () -> program.set("z", Tensor.of(Shape.of(1), 0f)));
        refuses(BadGraph.class, "g has x as FLOAT32[2], not as INT32[2]", () -> program.set("x", Tensor.of(Shape.of(2), 1, 2)));
        refuses(BadGraph.class, "g has no output or state named x", () -> program.get("x"));
        refuses(BadGraph.class, "g has y as FLOAT32[2], not as FLOAT32[3]", () -> program.get("y", Tensor.zeros(FLOAT32, Shape.of(3))));
        refuses(IllegalStateException.class, "g reads %0 x FLOAT32[2], which was never set", program::run);
    }

    @Test
    void refusesARowOutsideItsTable() {
        var weights = new MemoryWeights().table("table", Storage.FLOAT32, new int[] {3, 1}, 0, 0, 0);
        Program gather = compile(graph("g", g -> new Rearrangement.Gather(g.weight("table", 3, 1), g.input("ids", INT32, 1, 1, 2))), weights);
        Program sum = compile(graph("g", g -> new EmbeddingSum(List.of(g.weight("table", 3, 1), g.weight("table", 3, 1)), g.input("ids", INT32, 1, 1, 2))),
                weights);
        for (int id : new int[] {-1, 3, Integer.MAX_VALUE}) {
            for (Program program : List.of(gather, sum)) {
                program.set("ids", Tensor.of(Shape.of(1, 1, 2), 0, id));
                refuses(IndexOutOfBoundsException.class, "Gather of row " + id + " leaves %0 table FLOAT32[3, 1] with its rows 0 to 2",
                        () -> runAndRead(program, "result"));
            }
        }
    }

    /** Programs of a session work hand in hand: what one did wrong must not stay unsaid because the results of another are read. */
    @Test
    void saysOfOneProgramWhatAnotherDidWrong() {
        Backend.Session session = backend.open(new MemoryWeights());
        Program write = session.compile(graph("g", g -> new Stepwise.Write(g.state("cache", FLOAT32, 1, 4), 1, g.input("at", INT32, 1),
                g.input("x", FLOAT32, 1, 2)))).set("x", Tensor.of(Shape.of(1, 2), 5f, 6f));
        Program look = session.compile(graph("h", g -> new Rearrangement.Reshape(g.state("cache", FLOAT32, 1, 4), Shape.of(4))));
        refuses(IndexOutOfBoundsException.class, "Write of 2 elements at position 3 leaves axis 1 of %0 cache FLOAT32[1, 4]", () -> {
            write.set("at", scalar(3)).run();
            look.run();
            look.get("result");
        });
    }

    @Test
    void refusesToLeaveAState() {
        Backend.Session session = backend.open(new MemoryWeights());
        Program write = session.compile(graph("g", g -> new Stepwise.Write(g.state("cache", FLOAT32, 1, 4), 1, g.input("at", INT32, 1),
                g.input("x", FLOAT32, 1, 2)))).set("x", Tensor.of(Shape.of(1, 2), 5f, 6f));
        Program window = session.compile(graph("h", g -> new Stepwise.Window(g.state("cache", FLOAT32, 1, 4), 1, g.input("at", INT32, 1), 2)));
        for (int position : new int[] {-1, 3, Integer.MAX_VALUE}) {
            String rest = " of 2 elements at position " + position + " leaves axis 1 of %0 cache FLOAT32[1, 4]";
            refuses(IndexOutOfBoundsException.class, "Write" + rest, () -> runAndRead(write.set("at", scalar(position)), "cache"));
            refuses(IndexOutOfBoundsException.class, "Window" + rest, () -> runAndRead(window.set("at", scalar(position)), "result"));
        }
        write.set("at", scalar(2)).run();
        window.set("at", scalar(1)).run();
        assertArrayEquals(new float[] {0, 5}, window.get("result").floats());
    }

    @Test
    void refusesMoreFramesThanTheCacheHolds() {
        for (int frames : new int[] {3, 10}) {
            String state = "keys" + frames;
            Program program = compile(graph("g", g -> {
                Value x = g.input("x", FLOAT32, 1, frames, 2), keys = g.state(state, FLOAT32, 1, frames + 2, 2);
                return new CachedAttention(x, x, x, keys, g.state("values" + frames, FLOAT32, 1, frames + 2, 2), g.input("at", INT32, 1), 1, 1);
            })).set("x", Tensor.zeros(FLOAT32, Shape.of(1, frames, 2)));
            String rest = " leaves axis 1 of .* " + state + " FLOAT32\\[1, " + (frames + 2) + ", 2\\]";
            for (int position : new int[] {-1, 3, Integer.MAX_VALUE}) {
                String message = assertThrows(IndexOutOfBoundsException.class, () -> runAndRead(program.set("at", scalar(position)), state)).getMessage();
                assertTrue(message.matches(".* of " + frames + " elements at position " + position + rest), message);
            }
            runAndRead(program.set("at", scalar(2)), state);
        }
    }

    @Test
    void refusesFramesBehindTheRotaryPositions() {
        Program program = compile(graph("g",
                g -> new Rotary(g.input("x", FLOAT32, 1, 3, 2), g.input("table", FLOAT32, 5, 2), g.input("at", INT32, 1), 1, false)));
        program.set("x", Tensor.zeros(FLOAT32, Shape.of(1, 3, 2))).set("table", Tensor.zeros(FLOAT32, Shape.of(5, 2)));
        for (int position : new int[] {-1, 3, Integer.MAX_VALUE}) {
            String message = assertThrows(IndexOutOfBoundsException.class, () -> runAndRead(program.set("at", scalar(position)), "result")).getMessage();
            assertTrue(message.matches("Window of 3 elements at position " + position + " leaves axis 0 of .* table FLOAT32\\[5, 2\\]"), message);
        }
        runAndRead(program.set("at", scalar(2)), "result");
    }

    @Test
    void refusesToDrawFromNothing() {
        Program program = compile(graph("g", g -> new Sampling.Draw(g.input("p", FLOAT32, 1, 1, 4), g.input("keys", INT32, 1, 3), g.input("step", INT32, 1))));
        program.set("p", Tensor.zeros(FLOAT32, Shape.of(1, 1, 4))).set("keys", Tensor.zeros(INT32, Shape.of(1, 3))).set("step", scalar(0));
        refuses(ArithmeticException.class, "Draw found no token with a probability above 0 among 4", () -> runAndRead(program, "result"));
    }

    /** A device may go on after a run has returned: what was wrong with the data shows at the latest when something is read. */
    private static void runAndRead(Program program, String name) {
        program.run();
        program.get(name);
    }

    private static void refuses(Class<? extends Exception> type, String message, Runnable action) {
        assertEquals(message, assertThrows(type, action::run).getMessage());
    }

    @AfterEach
    void close() {
        backend.close();
    }
}
