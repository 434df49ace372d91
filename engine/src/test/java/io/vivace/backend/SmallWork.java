package io.vivace.backend;

import static io.vivace.graph.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.VivaceException;
import io.vivace.graph.Activation;
import io.vivace.graph.Graph;
import io.vivace.graph.Linear;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;

/** A small piece of work with a known result, for tests of what goes wrong around it. */
final class SmallWork {
    static final MemoryWeights WEIGHTS = new MemoryWeights().matrix("w", Storage.FLOAT32, 2, 3, 1, 2, 3, -1, 0, 1).vector("b", 0.5f, -0.5f)
            .table("table", Storage.BFLOAT16, new int[] {2, 2}, 1, 2, 3, 4);
    /** Three runs of {@link #graph}. */
    static final float[] RIGHT = {3 * (6.5f + 5) + 1, 3 * (0 + 6) + 2, 3 * (10.5f + 5) + 3, 3 * (0 + 6) + 4};

    private SmallWork() {}

    /** Has all that is ever allocated: weights, one in another form, values, a state, constants, scratch memory. */
    static Graph graph() {
        Graph g = Graph.named("g");
        Value y = g.add(new Linear(g.input("x", FLOAT32, 2, 3), g.weight("w", 2, 3), g.weight("b", 2), null, Activation.RELU));
        Value state = g.state("sum", FLOAT32, 2, 2);
        Value sum = y.plus(g.constant(Tensor.of(Shape.of(2), 5f, 6f))).plus(state);
        g.add(new Stepwise.Write(state, 1, g.constant(Tensor.of(Shape.of(1), 0)), sum));
        g.output("result", sum.plus(g.weight("table", 2, 2)));
        return g;
    }

    static Program compile(Backend.Session session) {
        return session.compile(graph()).set("x", Tensor.of(Shape.of(2, 3), 1f, 1f, 1f, 3f, 2f, 1f));
    }

    /** Runs one by one, captured, and replayed. */
    static float[] runs(Program program) {
        for (int i = 0; i < 3; i++) program.run();
        return program.get("result").floats();
    }

    static float[] work(Backend backend) {
        try (Backend.Session session = backend.open(WEIGHTS)) {
            return runs(compile(session));
        }
    }

    /** That a user is told in a sentence, which says this. */
    static void assertSentence(VivaceException e, String part) {
        assertTrue(e.getMessage().contains(part) && e.getMessage().endsWith("."), e.getMessage());
    }
}
