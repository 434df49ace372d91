package io.vivace.backend.reference;

import static io.vivace.graph.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vivace.graph.Attention;
import io.vivace.graph.Graph;
import io.vivace.graph.Rotary;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What shared heads and rotary positions mean, said in another way than their decompositions say it. */
class AttentionMeaningTest {
    private final Random random = new Random(3);

    private Tensor normal(int... extents) {
        Shape shape = Shape.of(extents);
        float[] floats = new float[shape.size()];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) random.nextGaussian();
        return Tensor.of(shape, floats);
    }

    private static double[] run(Function<Graph, Value> result) {
        Graph g = Graph.named("g");
        g.output("y", result.apply(g));
        ReferenceProgram program = (ReferenceProgram) new ReferenceSession(new MemoryWeights()).compile(g);
        program.run();
        return program.doubles("y");
    }

    /** The keys of head i / 3 where every head has its own. */
    private static Value repeated(Value x, int keyHeads, int size) {
        Value[] heads = new Value[keyHeads * 3];
        for (int i = 0; i < heads.length; i++) heads[i] = x.slice(2, i / 3 * size, (i / 3 + 1) * size);
        return x.graph().concat(2, heads);
    }

    @Test
    void headsThatShareKeysSeeTheSameAsWithCopiesOfThem() {
        int size = 5, keyHeads = 2, heads = 6;
        Tensor q = normal(2, 4, heads * size), k = normal(2, 7, keyHeads * size), v = normal(2, 7, keyHeads * size);
        double[] shared = run(g -> g.add(new Attention(g.constant(q), g.constant(k), g.constant(v), heads, keyHeads, 0.4, true, null, null)));
        double[] copies = run(g -> g.add(new Attention(g.constant(q), repeated(g.constant(k), keyHeads, size), repeated(g.constant(v), keyHeads, size),
                heads, 0.4, true, null, null)));
        assertArrayEquals(copies, shared);
    }

    private static double angle(int position, int pair) {
        return position * Math.pow(100, -pair / 3.0);
    }

    /** Three pairs turned, of heads of 8. */
    private static Tensor table(int positions) {
        Tensor table = Tensor.zeros(FLOAT32, Shape.of(positions, 6));
        for (int p = 0; p < positions; p++) {
            for (int pair = 0; pair < 3; pair++) {
                table.floats()[p * 6 + pair] = (float) Math.cos(angle(p, pair));
                table.floats()[p * 6 + 3 + pair] = (float) Math.sin(angle(p, pair));
            }
        }
        return table;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pairsTurnByTheAngleOfTheirPosition(boolean interleaved) {
        Tensor x = normal(1, 4, 16);
        double[] y = run(g -> g.add(new Rotary(g.constant(x), g.constant(table(10)), g.constant(Tensor.of(Shape.of(1), 5)), 2, interleaved)));
        for (int frame = 0; frame < 4; frame++) {
            for (int head = 0; head < 2; head++) {
                int at = frame * 16 + head * 8;
                for (int pair = 0; pair < 3; pair++) {
                    int first = at + (interleaved ? 2 * pair : pair), second = interleaved ? first + 1 : first + 3;
                    double length = Math.hypot(x.floats()[first], x.floats()[second]);
                    double turned = Math.atan2(x.floats()[second], x.floats()[first]) + angle(5 + frame, pair);
                    assertEquals(length * Math.cos(turned), y[first], 1e-6);
                    assertEquals(length * Math.sin(turned), y[second], 1e-6);
                }
                assertEquals(x.floats()[at + 6], y[at + 6], 0);
                assertEquals(x.floats()[at + 7], y[at + 7], 0);
            }
        }
    }

    @Test
    void withoutPositionTheFirstFrameStandsAtZero() {
        Tensor x = normal(2, 3, 8);
        double[] expected = run(g -> g.add(new Rotary(g.constant(x), g.constant(table(5)), g.constant(Tensor.of(Shape.of(1), 0)), 1, false)));
        assertArrayEquals(expected, run(g -> g.add(new Rotary(g.constant(x), g.constant(table(3)), null, 1, false))));
    }
}
