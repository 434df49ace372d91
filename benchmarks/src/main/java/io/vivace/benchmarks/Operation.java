package io.vivace.benchmarks;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Op;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.Random;

/** One operation on random operands, compiled for the CPU. */
final class Operation implements AutoCloseable {
    private final Graph graph = Graph.named("benchmark");
    private final MemoryWeights weights = new MemoryWeights();
    private final Random random = new Random(1);
    private final Backend backend;
    private Program program;

    Operation(int threads, boolean scalar) {
        backend = new CpuBackend(threads, scalar);
    }

    Value input(String name, int... extents) {
        return graph.input(name, DType.FLOAT32, extents);
    }

    Value state(String name, DType dtype, int... extents) {
        return graph.state(name, dtype, extents);
    }

    Value matrix(String name, Storage storage, int outputs, int inputs) {
        weights.matrix(name, storage, outputs, inputs, normal(outputs * inputs, 1 / Math.sqrt(inputs)));
        return graph.weight(name, outputs, inputs);
    }

    Value vector(String name, int size) {
        weights.vector(name, normal(size, 1));
        return graph.weight(name, size);
    }

    Operation add(Op op) {
        graph.output("output " + graph.outputs().size(), graph.add(op));
        return this;
    }

    Operation compile() {
        program = backend.open(weights).compile(graph);
        for (Value input : graph.leaves(Value.Kind.INPUT)) {
            program.set(input.name(), Tensor.of(input.shape(), normal(input.shape().size(), 1)));
        }
        return this;
    }

    Operation set(String state, int value) {
        program.set(state, Tensor.of(Shape.of(1), value));
        return this;
    }

    void run() {
        program.run();
    }

    private float[] normal(int count, double scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) (random.nextGaussian() * scale);
        return values;
    }

    @Override
    public void close() {
        backend.close();
    }
}
