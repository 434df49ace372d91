package io.vivace.backend;

import static io.vivace.graph.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.Activation;
import io.vivace.graph.CausalDepthwiseConv;
import io.vivace.graph.Graph;
import io.vivace.graph.Op;
import io.vivace.graph.SelectiveScan;
import io.vivace.graph.Shape;
import io.vivace.graph.Sru;
import io.vivace.graph.StateSpaceDuality;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A sequence in pieces, each going on from the state that the last one left, gives the whole: the same bits on the CPU; on a device, whose kernels for one frame
 * add in another order than those for many, up to rounding.
 */
class StateSpaceTest {
    private static final int BATCH = 2, FRAMES = 41, CHANNELS = 70, HEADS = 5, STATES = 19;
    private static final int[] PIECES = {9, 1, 1, 2, 27, 1};
    private static final MemoryWeights WEIGHTS = weights();

    private interface Layer {
        Op of(Graph g, int frames);
    }

    private static final Map<String, Layer> LAYERS = Map.of(
            "scan", (g, frames) -> new SelectiveScan(rows(g, "u", frames, CHANNELS), rows(g, "delta", frames, CHANNELS), g.weight("channels", CHANNELS),
                    g.weight("rates", CHANNELS, STATES), rows(g, "b", frames, STATES), rows(g, "c", frames, STATES), g.weight("channels", CHANNELS),
                    rows(g, "gate", frames, CHANNELS), g.state("state", FLOAT32, BATCH, CHANNELS, STATES), false),
            "duality", (g, frames) -> new StateSpaceDuality(rows(g, "x", frames, CHANNELS), rows(g, "delta", frames, HEADS), g.weight("heads", HEADS),
                    g.weight("decays", HEADS), rows(g, "b", frames, STATES), rows(g, "c", frames, STATES), g.weight("channels", CHANNELS),
                    rows(g, "gate", frames, CHANNELS), g.state("state", FLOAT32, BATCH, HEADS, CHANNELS / HEADS, STATES), 1, 0, 2),
            "convolution", (g, frames) -> new CausalDepthwiseConv(rows(g, "x", frames, CHANNELS), g.weight("taps", 4, CHANNELS), g.weight("channels", CHANNELS),
                    g.state("state", FLOAT32, BATCH, 3, CHANNELS), Activation.SILU),
            "sru", (g, frames) -> new Sru(rows(g, "u", frames, 3 * CHANNELS), rows(g, "x", frames, CHANNELS), g.weight("gates", 2 * CHANNELS),
                    g.weight("gates", 2 * CHANNELS), g.state("state", FLOAT32, BATCH, CHANNELS), Math.sqrt(3), false));

    private static MemoryWeights weights() {
        Random random = new Random(3);
        return new MemoryWeights().vector("channels", normal(random, CHANNELS)).vector("heads", normal(random, HEADS))
                .vector("decays", negative(random, HEADS)).vector("gates", normal(random, 2 * CHANNELS))
                .table("rates", Storage.FLOAT32, new int[] {CHANNELS, STATES}, negative(random, CHANNELS * STATES))
                .table("taps", Storage.FLOAT32, new int[] {4, CHANNELS}, normal(random, 4 * CHANNELS));
    }

    private static float[] normal(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = (float) random.nextGaussian();
        return numbers;
    }

    private static float[] negative(Random random, int count) {
        float[] numbers = normal(random, count);
        for (int i = 0; i < count; i++) numbers[i] = -Math.abs(numbers[i]);
        return numbers;
    }

    private static Value rows(Graph g, String name, int frames, int width) {
        return g.input(name, FLOAT32, BATCH, frames, width);
    }

    static Stream<Arguments> layers() {
        return Stream.of(new ReferenceBackend(), new CpuBackend(2, false), new CpuBackend(2, true))
                .flatMap(backend -> LAYERS.keySet().stream().sorted().map(layer -> Arguments.of(layer, backend)));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void piecesGiveTheBitsOfTheWhole(String layer, Backend backend) {
        compare(layer, backend, 0);
    }

    @Test
    void piecesGiveTheWholeOnADevice() {
        for (boolean narrow : new boolean[] {false, true}) {
            try (Backend cuda = Cuda.open(narrow)) {
                for (String layer : LAYERS.keySet()) compare(layer, cuda, narrow ? 1e-2 : 1e-6);
            }
        }
    }

    private static void compare(String layer, Backend backend, double tolerance) {
        Map<String, float[]> inputs = new HashMap<>();
        Random random = new Random(8);
        for (Value input : graph(layer, FRAMES).leaves(Value.Kind.INPUT)) inputs.put(input.name(), normal(random, input.shape().size()));
        try (Backend.Session once = backend.open(WEIGHTS); Backend.Session often = backend.open(WEIGHTS)) {
            Program whole = run(once, layer, inputs, 0, FRAMES);
            int at = 0;
            for (int frames : PIECES) {
                Program piece = run(often, layer, inputs, at, frames);
                float[] expected = part(whole.get("y").floats(), FRAMES, at, frames);
                assertClose(Tensor.of(piece.get("y").shape(), expected), piece.get("y"), tolerance, frames + " frames from " + at);
                at += frames;
                if (at == FRAMES) assertClose(whole.get("state"), piece.get("state"), tolerance, "state");
            }
        }
    }

    private static void assertClose(Tensor expected, Tensor actual, double tolerance, String what) {
        double difference = Difference.between(expected, actual);
        assertTrue(difference <= tolerance, () -> what + " is off by " + difference);
    }

    private static Graph graph(String layer, int frames) {
        Graph g = Graph.named(layer);
        g.output("y", g.add(LAYERS.get(layer).of(g, frames)));
        return g;
    }

    private static Program run(Backend.Session session, String layer, Map<String, float[]> inputs, int from, int frames) {
        Graph g = graph(layer, frames);
        Program program = session.compile(g);
        for (Value input : g.leaves(Value.Kind.INPUT)) {
            program.set(input.name(), Tensor.of(Shape.of(input.shape().toArray()), part(inputs.get(input.name()), FRAMES, from, frames)));
        }
        program.run();
        return program;
    }

    /** Some frames of every row of the batch. */
    private static float[] part(float[] whole, int all, int from, int frames) {
        int width = whole.length / BATCH / all;
        float[] part = new float[BATCH * frames * width];
        for (int b = 0; b < BATCH; b++) System.arraycopy(whole, (b * all + from) * width, part, b * frames * width, frames * width);
        return part;
    }
}
