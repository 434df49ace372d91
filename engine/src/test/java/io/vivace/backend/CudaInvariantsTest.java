package io.vivace.backend;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What streams and batches rely on, on the CUDA back end: attention's bits do not depend on the company. */
class CudaInvariantsTest {
    private static final int HEADS = 4, KEY_HEADS = 2, SIZE = 64, CHANNELS = HEADS * SIZE, KEY_CHANNELS = KEY_HEADS * SIZE, CAPACITY = 200;
    private final Random random = new Random(5);

    private float[] normal(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian();
        return values;
    }

    private static Value state(Graph g, String name, int batch) {
        return g.state(name, FLOAT32, batch, CAPACITY, KEY_CHANNELS);
    }

    private static Value attended(Graph g, Value x, Value position) {
        int batch = x.shape().at(0);
        Value k = x.slice(2, 0, KEY_CHANNELS), v = x.slice(2, KEY_CHANNELS, 2 * KEY_CHANNELS);
        if (position == null) return g.add(new Attention(x, k, v, HEADS, KEY_HEADS, 0.1, true, null, null));
        return g.add(new CachedAttention(x, k, v, state(g, "keys", batch), state(g, "values", batch), position, HEADS, KEY_HEADS, 0.1));
    }

    private static Graph causal(int batch, int frames) {
        Graph g = Graph.named("causal");
        g.output("y", attended(g, g.input("x", FLOAT32, batch, frames, CHANNELS), null));
        return g;
    }

    private static Graph cached(int batch, int frames) {
        Graph g = Graph.named("cached");
        Value position = g.state("position", INT32, 1);
        g.output("y", attended(g, g.input("x", FLOAT32, batch, frames, CHANNELS), position));
        g.add(new Stepwise.Advance(position, frames));
        return g;
    }

    private static float[] run(Program program, int batch, float... x) {
        program.set("x", Tensor.of(Shape.of(batch, x.length / batch / CHANNELS, CHANNELS), x)).run();
        return program.get("y").floats();
    }

    /** Few queries, many, and many on tensor cores. */
    @ParameterizedTest
    @CsvSource({"false, 1", "false, 70", "true, 1", "true, 70"})
    void aRowIsTheSameAloneAndInABatch(boolean narrow, int frames) {
        int row = frames * CHANNELS;
        float[] x = normal(3 * row), own = Arrays.copyOfRange(x, row, 2 * row);
        try (Backend cuda = Cuda.open(narrow);
                Backend.Session three = cuda.open(new MemoryWeights()); Backend.Session one = cuda.open(new MemoryWeights())) {
            Program together = three.compile(cached(3, frames)), alone = one.compile(cached(1, frames));
            for (int step = 0; step < 2; step++) {
                assertArrayEquals(run(alone, 1, own), Arrays.copyOfRange(run(together, 3, x), row, 2 * row));
            }
        }
    }

    @Test
    void aFrameIsTheSameHoweverManyComeWithIt() {
        int frames = 150;
        float[] x = normal(frames * CHANNELS);
        try (Backend cuda = Cuda.open(false); Backend.Session session = cuda.open(new MemoryWeights())) {
            float[] together = run(session.compile(causal(1, frames)), 1, x);
            int from = 0;
            for (int count : new int[] {100, 1, 1, 4, 40, 1, 3}) {
                float[] part = run(session.compile(cached(1, count)), 1, Arrays.copyOfRange(x, from * CHANNELS, (from + count) * CHANNELS));
                assertArrayEquals(Arrays.copyOfRange(together, from * CHANNELS, (from + count) * CHANNELS), part, count + " frames from " + from);
                from += count;
            }
        }
    }
}
