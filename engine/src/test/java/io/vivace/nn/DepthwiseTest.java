package io.vivace.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DepthwiseTest {
    private static final int BATCH = 2, CHANNELS = 3;
    private final Random random = new Random(8);

    private float[] numbers(int count) {
        var numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = (float) random.nextGaussian();
        return numbers;
    }

    @ParameterizedTest @CsvSource({"7, 3, 1", "7, 3, 2", "10, 7, 4", "2, 5, 3"})
    void looksBackAndAheadAlike(int frames, int kernel, int dilation) {
        float[] x = numbers(BATCH * frames * CHANNELS), weight = numbers(kernel * CHANNELS), bias = numbers(CHANNELS), expected = new float[x.length];
        for (int i = 0; i < expected.length; i++) {
            int channel = i % CHANNELS, frame = i / CHANNELS % frames, row = i / CHANNELS / frames;
            expected[i] = bias[channel];
            for (int tap = 0; tap < kernel; tap++) {
                int at = frame + (tap - kernel / 2) * dilation;
                if (at >= 0 && at < frames) expected[i] += weight[tap * CHANNELS + channel] * x[(row * frames + at) * CHANNELS + channel];
            }
        }
        assertArrayEquals(expected, computed(x, weight, bias, frames, kernel, dilation), 1e-5f);
    }

    private static float[] computed(float[] x, float[] weight, float[] bias, int frames, int kernel, int dilation) {
        Graph g = Graph.named("depthwise");
        Shape shape = Shape.of(BATCH, frames, CHANNELS);
        g.output("y", Depthwise.centred(new Scope(g, ""), g.input("x", DType.FLOAT32, shape.toArray()), kernel, dilation));
        var weights = new MemoryWeights().table("weight", Storage.FLOAT32, new int[] {kernel, CHANNELS}, weight).vector("bias", bias);
        try (Backend backend = new ReferenceBackend(); Backend.Session session = backend.open(weights)) {
            Program program = session.compile(g);
            program.set("x", Tensor.of(shape, x)).run();
            return program.get("y").floats();
        }
    }
}
