package io.vivace.benchmarks.gpu;

import io.vivace.graph.Activate;
import io.vivace.graph.Activation;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Op;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The graph of a {@link Bench} and what goes into it. Inputs are shared by all copies, weights and states are not. */
final class Parts {
    /** Counts the runs; reading it waits for them. */
    static final String COUNTER = "runs";

    private final Graph graph = Graph.named("benchmark");
    private final MemoryWeights weights = new MemoryWeights();
    private final Map<String, Value> inputs = new HashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<Integer, float[]> numbers = new HashMap<>();
    private final boolean empty;
    private int copy;

    private Parts(boolean empty) {
        this.empty = empty;
    }

    Graph graph() {
        return graph;
    }

    MemoryWeights weights() {
        return weights;
    }

    /** What to set before the first run. */
    Map<String, Tensor> tensors() {
        return tensors;
    }

    /** So many copies, and the count of runs. */
    static Parts of(Bench bench) {
        return of(bench, bench.copies(), false);
    }

    /** What is there beside the copies: the count of runs, and what makes the shared activations. */
    static Parts around(Bench bench) {
        return of(bench, 1, true);
    }

    private static Parts of(Bench bench, int copies, boolean empty) {
        var parts = new Parts(empty);
        for (parts.copy = 0; parts.copy < copies; parts.copy++) bench.copy().add(parts);
        parts.graph.add(new Stepwise.Advance(parts.graph.state(COUNTER, DType.INT32, 1), 1));
        return parts;
    }

    /** The operation that is measured. */
    void add(Op op) {
        if (!empty) graph.add(op);
    }

    /** Activations in the type that the back end works in: the result of an operation that is part of no copy. */
    Value x(String name, int... extents) {
        Value known = inputs.get(name);
        if (known == null) inputs.put(name, known = graph.add(new Activate(input(name + " given", extents), Activation.NONE)));
        return known;
    }

    /** A float32 input. */
    Value input(String name, int... extents) {
        return input(name, Tensor.of(Shape.of(extents), normal(Shape.of(extents).size())));
    }

    Value input(String name, Tensor tensor) {
        tensors.putIfAbsent(name, tensor);
        return graph.input(name, tensor.dtype(), tensor.shape().toArray());
    }

    Value state(String name, int... extents) {
        return graph.state(name + " " + copy, DType.FLOAT32, extents);
    }

    /** A number that all copies share and none changes. */
    Value position(String name, int value) {
        tensors.put(name, Tensor.of(Shape.of(1), value));
        return graph.state(name, DType.INT32, 1);
    }

    Value integers(String name, int... extents) {
        return graph.state(name + " " + copy, DType.INT32, extents);
    }

    Value matrix(String name, Storage storage, int outputs, int inputs) {
        weights.matrix(name + " " + copy, storage, outputs, inputs, normal(outputs * inputs));
        return graph.weight(name + " " + copy, outputs, inputs);
    }

    Value vector(String name, int size) {
        weights.vector(name + " " + copy, normal(size));
        return graph.weight(name + " " + copy, size);
    }

    /** Row-major float32, all of them −0.5 for {@code decays}. */
    Value table(String name, boolean decays, int... extents) {
        float[] values = normal(Shape.of(extents).size()).clone();
        if (decays) Arrays.fill(values, -0.5f);
        weights.table(name + " " + copy, Storage.FLOAT32, extents, values);
        return graph.weight(name + " " + copy, extents);
    }

    /** Numbers of deviation 0.03 or so; their values do not matter, but must not grow. */
    private float[] normal(int count) {
        return numbers.computeIfAbsent(count, n -> {
            var values = new float[n];
            long bits = 88172645463325252L;
            for (int i = 0; i < n; i++) {
                bits ^= bits << 13;
                bits ^= bits >>> 7;
                bits ^= bits << 17;
                values[i] = (bits >> 40) * 0x1p-28f;
            }
            return values;
        });
    }
}
