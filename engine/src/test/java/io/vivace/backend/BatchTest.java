package io.vivace.backend;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vivace.backend.cpu.CpuBackend;
import io.vivace.graph.Activation;
import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Conv1d;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.Film;
import io.vivace.graph.Gated;
import io.vivace.graph.Graph;
import io.vivace.graph.GroupNorm;
import io.vivace.graph.LayerNorm;
import io.vivace.graph.Linear;
import io.vivace.graph.Lstm;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Op;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.RmsNorm;
import io.vivace.graph.Sampling;
import io.vivace.graph.Shape;
import io.vivace.graph.Snake;
import io.vivace.graph.Stepwise.Advance;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A row gives the same bits alone, and among any others: what streaming and batching rest on. */
class BatchTest {
    private static final int ROWS = 5, FRAMES = 13, CHANNELS = 70, OUTPUTS = 65;
    private static final List<Backend> BACKENDS = Cuda.and(new CpuBackend(2, false), new CpuBackend(1, true));

    /** Makes an operation of one input [batch, frames, channels] over the weights "matrix", "vector" and "outputs". */
    @FunctionalInterface
    private interface Build {
        Op op(Graph g, Value x);
    }

    /** Extents of the matrix are 1 where there is none. */
    private record Case(String name, int outputs, int inputs, Build build) {
        MemoryWeights weights(Storage storage) {
            return new MemoryWeights().matrix("matrix", storage, outputs, inputs, random(outputs * inputs))
                    .vector("vector", random(CHANNELS)).vector("outputs", random(OUTPUTS));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Each row of a batch is independent. */
    private static List<Case> batched() {
        return List.of(
                new Case("convolution", OUTPUTS, 7 * CHANNELS,
                        (g, x) -> new Conv1d(x, matrix(g, OUTPUTS, 7 * CHANNELS), outputs(g), null, 7, 1, 1, 4, 2, Pad.Mode.REFLECT, Activation.ELU)),
                new Case("transposed convolution", 4 * OUTPUTS, 2 * CHANNELS,
                        (g, x) -> new ConvTranspose1d(x, matrix(g, 4 * OUTPUTS, 2 * CHANNELS), outputs(g), 8, 4, 2, 4 * FRAMES, Activation.NONE)),
                new Case("lstm", 4 * CHANNELS, CHANNELS, (g, x) -> new Lstm(x, matrix(g, 4 * CHANNELS, CHANNELS), matrix(g, 4 * CHANNELS, CHANNELS),
                        g.constant(Tensor.zeros(FLOAT32, Shape.of(4 * CHANNELS))), null, null)),
                new Case("group norm", 1, 1, (g, x) -> new GroupNorm(x, 5, vector(g), vector(g), 1e-5)),
                new Case("group norm, modulated", 1, 1, (g, x) -> new GroupNorm(x, 5, vector(g), vector(g), 1e-5, modulation(g, x), modulation(g, x),
                        Activation.SILU)),
                new Case("attention", 1, 1, (g, x) -> new Attention(x, x, x, 7, 0.3, true, null, null)),
                new Case("cached attention", 1, 1, (g, x) -> new CachedAttention(x, x, x, g.state("keys", FLOAT32, x.shape().at(0), 20, CHANNELS),
                        g.state("values", FLOAT32, x.shape().at(0), 20, CHANNELS), g.state("position", INT32, 1), 7, 0.3)),
                new Case("probabilities", 1, 1, (g, x) -> new Sampling.Probabilities(x, settings(g, x.shape().at(0)))));
    }

    /** Each frame is independent, too. */
    private static List<Case> framewise() {
        return List.of(
                new Case("linear", OUTPUTS, CHANNELS, (g, x) -> new Linear(x, matrix(g, OUTPUTS, CHANNELS), outputs(g), null, Activation.GELU_ERF)),
                new Case("normed linear", OUTPUTS, CHANNELS, (g, x) -> new NormedLinear(AdaptiveNorm.Kind.LAYER, x, vector(g), vector(g), 1e-5,
                        matrix(g, OUTPUTS, CHANNELS), outputs(g), Activation.SILU)),
                new Case("adaptive norm", 1, 1, (g, x) -> new AdaptiveNorm(AdaptiveNorm.Kind.LAYER, x, vector(g), vector(g), 1e-5, modulation(g, x),
                        modulation(g, x))),
                new Case("gated", 1, 1, (g, x) -> new Gated(x, Activation.SILU)),
                new Case("film", 1, 1, (g, x) -> new Film(x, modulation(g, x), modulation(g, x))),
                new Case("snake", 1, 1, (g, x) -> new Snake(x, vector(g), vector(g))),
                new Case("layer norm", 1, 1, (g, x) -> new LayerNorm(x, vector(g), vector(g), 1e-5)),
                new Case("rms norm", 1, 1, (g, x) -> new RmsNorm(x, vector(g), 1e-5)));
    }

    private static Value matrix(Graph g, int outputs, int inputs) {
        return g.weight("matrix", outputs, inputs);
    }

    private static Value vector(Graph g) {
        return g.weight("vector", CHANNELS);
    }

    /** The same for every row of the batch. */
    private static Value modulation(Graph g, Value x) {
        int batch = x.shape().at(0);
        float[] rows = new float[batch * CHANNELS];
        for (int i = 0; i < rows.length; i++) rows[i] = (i % CHANNELS) * 0.01f;
        return g.constant(Tensor.of(Shape.of(batch, CHANNELS), rows));
    }

    private static Value outputs(Graph g) {
        return g.weight("outputs", OUTPUTS);
    }

    private static Value settings(Graph g, int batch) {
        float[] rows = new float[batch * Sampling.SETTINGS];
        for (int i = 0; i < batch; i++) System.arraycopy(new float[] {1.1f, 50, 0.9f}, 0, rows, i * Sampling.SETTINGS, Sampling.SETTINGS);
        return g.constant(Tensor.of(Shape.of(batch, Sampling.SETTINGS), rows));
    }

    static Stream<Arguments> batchedCases() {
        return everywhere(Stream.concat(batched().stream(), framewise().stream()).toList());
    }

    static Stream<Arguments> framewiseCases() {
        return everywhere(framewise());
    }

    /** On every back end, and with every storage where there is a matrix. */
    private static Stream<Arguments> everywhere(List<Case> cases) {
        return BACKENDS.stream().flatMap(b -> Stream.of(Storage.FLOAT32, Storage.BFLOAT16, Storage.INT8)
                .flatMap(s -> cases.stream().filter(c -> s == Storage.FLOAT32 || c.inputs > 1).map(c -> Arguments.of(c, s, b.description(), b))));
    }

    @ParameterizedTest(name = "{0} {1} on {2}", autoCloseArguments = false)
    @MethodSource("batchedCases")
    void aRowDoesNotDependOnTheBatch(Case c, Storage storage, String device, Backend backend) {
        MemoryWeights weights = c.weights(storage);
        float[] x = random(ROWS * FRAMES * CHANNELS);
        int[] together = run(c, weights, backend, Shape.of(ROWS, FRAMES, CHANNELS), x);
        int[] alone = IntStream.range(0, ROWS).flatMap(row -> Arrays.stream(run(c, weights, backend, Shape.of(1, FRAMES, CHANNELS),
                Arrays.copyOfRange(x, row * FRAMES * CHANNELS, (row + 1) * FRAMES * CHANNELS)))).toArray();
        assertArrayEquals(alone, together);
    }

    @ParameterizedTest(name = "{0} {1} on {2}", autoCloseArguments = false)
    @MethodSource("framewiseCases")
    void aFrameDoesNotDependOnItsNeighbours(Case c, Storage storage, String device, Backend backend) {
        int frames = 130;
        MemoryWeights weights = c.weights(storage);
        float[] x = random(frames * CHANNELS);
        int[] together = run(c, weights, backend, Shape.of(1, frames, CHANNELS), x);
        int[] alone = IntStream.range(0, frames).flatMap(frame -> Arrays.stream(run(c, weights, backend, Shape.of(1, 1, CHANNELS),
                Arrays.copyOfRange(x, frame * CHANNELS, (frame + 1) * CHANNELS)))).toArray();
        assertArrayEquals(alone, together);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("backends")
    void cachedAttentionEqualsCausalAttention(Backend backend) {
        float[] x = random(FRAMES * CHANNELS);
        Graph whole = Graph.named("whole"), step = Graph.named("step");
        Value all = whole.input("x", FLOAT32, 1, FRAMES, CHANNELS);
        whole.output("y", whole.add(new Attention(all, all, all, 7, 0.3, true, null, null)));
        Value one = step.input("x", FLOAT32, 1, 1, CHANNELS), position = step.state("position", INT32, 1);
        step.output("y", step.add(new CachedAttention(one, one, one, step.state("keys", FLOAT32, 1, 40, CHANNELS),
                step.state("values", FLOAT32, 1, 40, CHANNELS), position, 7, 0.3)));
        step.add(new Advance(position, 1));
        Program wholeProgram = backend.open(new MemoryWeights()).compile(whole).set("x", Tensor.of(Shape.of(1, FRAMES, CHANNELS), x));
        Program stepProgram = backend.open(new MemoryWeights()).compile(step);
        wholeProgram.run();
        int[] cached = IntStream.range(0, FRAMES).flatMap(frame -> {
            stepProgram.set("x", Tensor.of(Shape.of(1, 1, CHANNELS), Arrays.copyOfRange(x, frame * CHANNELS, (frame + 1) * CHANNELS))).run();
            return Arrays.stream(bits(stepProgram.get("y")));
        }).toArray();
        assertArrayEquals(bits(wholeProgram.get("y")), cached);
    }

    static List<Backend> backends() {
        return BACKENDS;
    }

    private static int[] run(Case c, MemoryWeights weights, Backend backend, Shape shape, float[] x) {
        Graph g = Graph.named(c.name);
        g.output("y", g.add(c.build.op(g, g.input("x", FLOAT32, shape.toArray()))));
        try (Backend.Session session = backend.open(weights)) {
            Program program = session.compile(g).set("x", Tensor.of(shape, x));
            program.run();
            Tensor y = program.get("y");
            assertEquals(shape.at(0), y.shape().at(0));
            return bits(y);
        }
    }

    private static int[] bits(Tensor tensor) {
        return IntStream.range(0, tensor.floats().length).map(i -> Float.floatToRawIntBits(tensor.floats()[i])).toArray();
    }

    private static float[] random(int size) {
        Random random = new Random(size);
        float[] floats = new float[size];
        for (int i = 0; i < size; i++) floats[i] = (float) random.nextGaussian() / 4;
        return floats;
    }

    @AfterAll
    static void close() {
        BACKENDS.forEach(Backend::close);
    }
}
