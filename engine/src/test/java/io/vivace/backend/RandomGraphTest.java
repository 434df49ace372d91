package io.vivace.backend;

import static io.vivace.graph.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic;
import io.vivace.graph.Graph;
import io.vivace.graph.LayerNorm;
import io.vivace.graph.Linear;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations in company: random graphs, in which values share their memory, give on every back end what the interpreter without a plan gives. */
class RandomGraphTest {
    private static final int CHANNELS = 24, OPERATIONS = 60, OUTPUTS = 6;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void equalsTheReference(int seed) {
        Random random = new Random(seed);
        MemoryWeights weights = new MemoryWeights().matrix("matrix", Storage.FLOAT32, CHANNELS, CHANNELS, numbers(random, CHANNELS * CHANNELS))
                .vector("vector", numbers(random, CHANNELS));
        Graph graph = random(seed, random);
        List<Backend> backends = Cuda.and(new ReferenceBackend(), new CpuBackend(2, false));
        try {
            List<Program> programs = backends.stream().filter(backend -> !backend.description().contains("bf16"))
                    .map(backend -> backend.open(weights).compile(graph)).toList();
            for (int run = 0; run < 3; run++) {
                for (int input = 0; input < 3; input++) {
                    if (run > 0 && random.nextBoolean()) continue;
                    Tensor tensor = Tensor.of(Shape.of(input + 1, CHANNELS), numbers(random, (input + 1) * CHANNELS));
                    for (Program program : programs) program.set("x" + input, tensor);
                }
                programs.forEach(Program::run);
                for (String name : graph.outputs().keySet()) {
                    for (Program program : programs) {
                        double error = Difference.between(programs.getFirst().get(name), program.get(name));
                        assertTrue(error <= 1e-5, () -> "output " + name + " is off by " + error);
                    }
                }
            }
        } finally {
            backends.forEach(Backend::close);
        }
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = (float) random.nextGaussian() / 4;
        return numbers;
    }

    private static Graph random(int seed, Random random) {
        Graph g = Graph.named("random " + seed);
        List<Value> known = new ArrayList<>();
        for (int i = 0; i < 3; i++) known.add(g.input("x" + i, FLOAT32, i + 1, CHANNELS));
        known.add(g.state("memory", FLOAT32, 2, CHANNELS));
        for (int i = 0; i < OPERATIONS; i++) known.add(next(g, random, known));
        Value start = g.constant(Tensor.of(Shape.of(1), 0));
        g.add(new Stepwise.Write(known.get(3), 0, start, known.getLast().slice(0, 0, 1)));
        for (int i = 0; i < OUTPUTS; i++) g.output("y" + i, known.get(4 + random.nextInt(OPERATIONS)));
        return g;
    }

    /** Every value is [rows, CHANNELS], so that any two go together. */
    private static Value next(Graph g, Random random, List<Value> known) {
        Value x = known.get(random.nextInt(known.size())), other = known.get(random.nextInt(known.size()));
        int rows = x.shape().at(0);
        return switch (random.nextInt(8)) {
            case 0 -> x.affine(0.5, 0.1);
            case 1 -> x.plus(other.reduce(Arithmetic.Reduce.Kind.MEAN, 0));
            case 2 -> x.transpose(1, 0).reshape(rows, CHANNELS);
            case 3 -> g.concat(0, x, other).slice(0, 0, 1 + random.nextInt(Math.min(5, rows + other.shape().at(0))));
            case 4 -> x.reshape(rows * CHANNELS).reshape(CHANNELS, rows).apply(Activation.TANH).reshape(rows, CHANNELS);
            case 5 -> g.add(new Linear(x, g.weight("matrix", CHANNELS, CHANNELS), g.weight("vector", CHANNELS), x, Activation.SILU));
            case 6 -> g.add(new LayerNorm(x, g.weight("vector", CHANNELS), null, 1e-2));
            default -> x.reduce(Arithmetic.Reduce.Kind.MAXIMUM, 0).times(x);
        };
    }
}
