package io.vivace.backend;

import static io.vivace.graph.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.vivace.backend.cpu.CpuBackend;
import io.vivace.graph.Activation;
import io.vivace.graph.Graph;
import io.vivace.graph.Linear;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * Concatenations of a value's own pieces and a new one, which the CUDA back end writes over the piece that it replaces where nobody misses that:
 * in every graph results are those of the CPU back end, which never does so.
 */
class CudaOverwritingTest {
    private static final int ROWS = 3, CHANNELS = 16;

    private static Value linear(Graph g, String name, Value x, Value residual) {
        return g.add(new Linear(x, g.weight(name, CHANNELS, CHANNELS), null, residual, Activation.NONE));
    }

    /** [rows, channels] that nobody but the graph itself holds. */
    private static Value made(Graph g) {
        return linear(g, "a", g.input("x", FLOAT32, ROWS, CHANNELS), null);
    }

    private static Value piece(Value h, int from, int to) {
        return h.slice(0, from, to);
    }

    /** Some may be written over the old value, most must not. */
    private static final Map<String, BiFunction<Graph, Value, Value>> GRAPHS = new LinkedHashMap<>();

    static {
        GRAPHS.put("the first row is new", (g, h) -> g.concat(0, linear(g, "b", piece(h, 0, 1), piece(h, 0, 1)).affine(1, 0), piece(h, 1, 3)));
        GRAPHS.put("a product adds to the first row", (g, h) ->
                g.concat(0, linear(g, "b", linear(g, "c", piece(h, 0, 1), null), piece(h, 0, 1)), piece(h, 1, 3)));
        GRAPHS.put("a product adds to the row in the middle", (g, h) ->
                g.concat(0, piece(h, 0, 1), linear(g, "b", linear(g, "c", h, null).slice(0, 0, 1), piece(h, 1, 2)), piece(h, 2, 3)));
        GRAPHS.put("a product reads what it would overwrite", (g, h) -> g.concat(0, linear(g, "b", piece(h, 0, 1), piece(h, 0, 1)), piece(h, 1, 3)));
        GRAPHS.put("a product adds another row", (g, h) ->
                g.concat(0, linear(g, "b", linear(g, "c", piece(h, 0, 1), null), piece(h, 1, 2)), piece(h, 1, 3)));
        GRAPHS.put("rows change places", (g, h) ->
                g.concat(0, piece(h, 1, 2), linear(g, "b", linear(g, "c", piece(h, 0, 1), null), piece(h, 0, 1)), piece(h, 2, 3)));
        GRAPHS.put("the old value is read later", (g, h) -> {
            Value fresh = linear(g, "b", linear(g, "c", piece(h, 0, 1), null), piece(h, 0, 1));
            return g.concat(0, fresh, piece(h, 1, 3)).plus(linear(g, "c", h, null));
        });
        GRAPHS.put("the old row is read later", (g, h) -> {
            Value old = piece(h, 0, 1), fresh = linear(g, "b", linear(g, "c", old, null), old);
            return g.concat(0, fresh, piece(h, 1, 3)).plus(g.concat(0, linear(g, "c", old, null), piece(h, 0, 2)));
        });
        GRAPHS.put("the old value is an output", (g, h) -> {
            g.output("old", h);
            return g.concat(0, linear(g, "b", linear(g, "c", piece(h, 0, 1), null), piece(h, 0, 1)), piece(h, 1, 3));
        });
        GRAPHS.put("the old row is an output", (g, h) -> {
            Value old = piece(h, 0, 1);
            g.output("old", old);
            return g.concat(0, linear(g, "b", linear(g, "c", old, null), old), piece(h, 1, 3));
        });
    }

    private static float[] numbers(int seed, int count) {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian();
        return values;
    }

    private static Map<String, float[]> run(Backend backend, MemoryWeights weights, BiFunction<Graph, Value, Value> make) {
        Graph g = Graph.named("overwriting");
        g.output("y", make.apply(g, made(g)));
        Map<String, float[]> results = new LinkedHashMap<>();
        try (Backend.Session session = backend.open(weights)) {
            Program program = session.compile(g).set("x", Tensor.of(Shape.of(ROWS, CHANNELS), numbers(1, ROWS * CHANNELS)));
            for (int i = 0; i < 2; i++) program.run();
            g.outputs().keySet().forEach(name -> results.put(name, program.get(name).floats()));
        }
        return results;
    }

    @Test
    void resultsAreThoseOfACopy() {
        var weights = new MemoryWeights();
        for (String name : new String[] {"a", "b", "c"}) {
            weights.matrix(name, Storage.FLOAT32, CHANNELS, CHANNELS, numbers(name.hashCode(), CHANNELS * CHANNELS));
        }
        try (Backend cuda = Cuda.open(false); Backend cpu = new CpuBackend(1, false)) {
            GRAPHS.forEach((name, graph) -> {
                Map<String, float[]> expected = run(cpu, weights, graph), actual = run(cuda, weights, graph);
                expected.forEach((output, values) -> assertArrayEquals(values, actual.get(output), 1e-3f, name + ": " + output));
            });
        }
    }
}
