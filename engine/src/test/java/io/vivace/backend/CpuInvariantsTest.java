package io.vivace.backend;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.vivace.backend.cpu.CpuBackend;
import io.vivace.graph.Activation;
import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Conv1d;
import io.vivace.graph.Graph;
import io.vivace.graph.Linear;
import io.vivace.graph.Rearrangement;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What streams and batches rely on: bits do not depend on the company. */
class CpuInvariantsTest {
    private static final int CHANNELS = 96;
    private final Random random = new Random(5);
    private Backend backend;

    @AfterEach
    void close() {
        backend.close();
    }

    private float[] normal(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian();
        return values;
    }

    private static float[] run(Program program, String input, int[] shape, float... values) {
        program.set(input, Tensor.of(Shape.of(shape), values)).run();
        return program.get("y").floats();
    }

    @ParameterizedTest
    @EnumSource(value = Storage.class, names = {"FLOAT32", "BFLOAT16", "INT8"})
    void aRowIsTheSameAloneAndInAnyBatch(Storage storage) {
        for (boolean scalar : new boolean[] {false, true}) {
            backend = new CpuBackend(2, scalar);
            checkRows(storage, 300);
            checkRows(storage, 2100);
        }
    }

    private void checkRows(Storage storage, int inputs) {
        var weights = new MemoryWeights().matrix("w", storage, 100, inputs, normal(100 * inputs)).vector("b", normal(100));
        float[] x = normal(130 * inputs), together = run(linear(weights, 130, inputs), "x", new int[] {130, inputs}, x);
        for (int rows : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 12}) {
            float[] part = run(linear(weights, rows, inputs), "x", new int[] {rows, inputs}, Arrays.copyOfRange(x, 3 * inputs, (3 + rows) * inputs));
            assertArrayEquals(Arrays.copyOfRange(together, 300, (3 + rows) * 100), part, rows + " rows of " + inputs);
        }
    }

    private Program linear(MemoryWeights weights, int rows, int inputs) {
        Graph g = Graph.named("linear");
        g.output("y", g.add(new Linear(g.input("x", FLOAT32, rows, inputs), g.weight("w", 100, inputs), g.weight("b", 100), null, Activation.GELU_ERF)));
        return backend.open(weights).compile(g);
    }

    @ParameterizedTest(name = "scalar {0}")
    @ValueSource(booleans = {false, true})
    void aConvolutionInPiecesGivesTheBitsOfTheWhole(boolean scalar) {
        backend = new CpuBackend(2, scalar);
        var weights = new MemoryWeights().matrix("w", Storage.FLOAT32, 40, 7 * 33, normal(40 * 7 * 33)).vector("b", normal(40));
        float[] x = normal(200 * 33), whole = run(convolution(weights, 200, 6), "x", new int[] {1, 200, 33}, x);
        for (int from = 6; from < 200; from += 50) {
            int to = Math.min(200, from + 50);
            float[] piece = run(convolution(weights, to - from + 6, 0), "x", new int[] {1, to - from + 6, 33}, Arrays.copyOfRange(x, (from - 6) * 33, to * 33));
            assertArrayEquals(Arrays.copyOfRange(whole, from * 40, to * 40), piece, "frames from " + from);
        }
    }

    private Program convolution(MemoryWeights weights, int frames, int left) {
        Graph g = Graph.named("convolution");
        g.output("y", g.add(new Conv1d(g.input("x", FLOAT32, 1, frames, 33), g.weight("w", 40, 7 * 33), g.weight("b", 40), null, 7, 1, 1, left, 0,
                Rearrangement.Pad.Mode.ZERO, Activation.ELU)));
        return backend.open(weights).compile(g);
    }

    @ParameterizedTest(name = "scalar {0}")
    @ValueSource(booleans = {false, true})
    void attentionFrameByFrameGivesTheBitsOfAllAtOnce(boolean scalar) {
        backend = new CpuBackend(2, scalar);
        int frames = 70;
        Graph all = Graph.named("all");
        Value x = all.input("x", FLOAT32, 2, frames, CHANNELS);
        all.output("y", all.add(new Attention(x, x.affine(0.5, 0), x.affine(-1, 1), 3, 0.2, true, null, null)));
        float[] input = normal(2 * frames * CHANNELS);
        float[] together = run(backend.open(new MemoryWeights()).compile(all), "x", new int[] {2, frames, CHANNELS}, input);
        Backend.Session session = backend.open(new MemoryWeights());
        Program first = session.compile(cached(33)), next = session.compile(cached(1));
        checkFrames(together, run(first, "x", new int[] {2, 33, CHANNELS}, part(input, frames, 0, 33)), frames, 0, 33);
        for (int frame = 33; frame < frames; frame++) {
            checkFrames(together, run(next, "x", new int[] {2, 1, CHANNELS}, part(input, frames, frame, 1)), frames, frame, 1);
        }
    }

    private static Graph cached(int frames) {
        Graph g = Graph.named("cached");
        Value x = g.input("x", FLOAT32, 2, frames, CHANNELS), position = g.state("position", INT32, 1);
        g.output("y", g.add(new CachedAttention(x, x.affine(0.5, 0), x.affine(-1, 1), g.state("k", FLOAT32, 2, 100, CHANNELS),
                g.state("v", FLOAT32, 2, 100, CHANNELS), position, 3, 0.2)));
        g.add(new Stepwise.Advance(position, frames));
        return g;
    }

    /** Some frames of both rows of a batch. */
    private static float[] part(float[] whole, int frames, int from, int count) {
        float[] part = new float[2 * count * CHANNELS];
        for (int b = 0; b < 2; b++) System.arraycopy(whole, (b * frames + from) * CHANNELS, part, b * count * CHANNELS, count * CHANNELS);
        return part;
    }

    private static void checkFrames(float[] whole, float[] actual, int frames, int from, int count) {
        assertArrayEquals(part(whole, frames, from, count), actual, count + " frames from " + from);
    }
}
