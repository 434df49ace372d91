package io.vivace.backend;

import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;

/** Makes the operands of an {@link OpCase}: the same numbers each time, from the case's name. */
final class Operands {
    private final Graph graph;
    private final Random random;
    private final Storage storage;
    private final MemoryWeights weights = new MemoryWeights();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private Value counter;
    private int advance;

    Operands(String name, Storage storage) {
        graph = Graph.named(name);
        random = new Random(name.hashCode());
        this.storage = storage;
    }

    Graph graph() {
        return graph;
    }

    MemoryWeights weights() {
        return weights;
    }

    /** What is set before the first run, by name of the input or state. */
    Map<String, Tensor> tensors() {
        return tensors;
    }

    /** An input of normally distributed numbers. */
    Value normal(int... extents) {
        return input(filled(random::nextGaussian, extents));
    }

    /** An input of numbers from 0.1 to 2. */
    Value positive(int... extents) {
        return input(filled(() -> 0.1 + 1.9 * random.nextDouble(), extents));
    }

    /** An int32 input of numbers from {@code from} (inclusive) to {@code to} (exclusive). */
    Value integers(int from, int to, int... extents) {
        Shape shape = Shape.of(extents);
        return input(Tensor.of(shape, random.ints(shape.size(), from, to).toArray()));
    }

    Value input(Tensor tensor) {
        String name = "input." + tensors.size();
        tensors.put(name, tensor);
        return graph.input(name, tensor.dtype(), tensor.shape().toArray());
    }

    /** A weight in panels, of such size that products keep the size of what goes in. */
    Value matrix(int outputs, int inputs) {
        String name = "matrix." + weights.names().size();
        weights.matrix(name, storage, outputs, inputs, filled(() -> random.nextGaussian() / Math.sqrt(inputs), outputs, inputs).floats());
        return graph.weight(name, outputs, inputs);
    }

    Value vector(int size) {
        String name = "vector." + weights.names().size();
        weights.vector(name, filled(random::nextGaussian, size).floats());
        return graph.weight(name, size);
    }

    /** A row-major weight: an embedding table. */
    Value table(int rows, int channels) {
        String name = "table." + weights.names().size();
        weights.table(name, storage, new int[] {rows, channels}, filled(random::nextGaussian, rows, channels).floats());
        return graph.weight(name, rows, channels);
    }

    /** A row-major float32 weight of numbers from −2 to −0.1: rates at which states decay. */
    Value decays(int... extents) {
        String name = "decays." + weights.names().size();
        float[] rates = filled(() -> -0.1 - 1.9 * random.nextDouble(), extents).floats();
        if (extents.length == 1) weights.vector(name, rates);
        else weights.table(name, Storage.FLOAT32, extents, rates);
        return graph.weight(name, extents);
    }

    /** A state that starts from normally distributed numbers. */
    Value state(int... extents) {
        String name = "state." + tensors.size();
        tensors.put(name, filled(random::nextGaussian, extents));
        return graph.state(name, DType.FLOAT32, extents);
    }

    /** An int32 state that starts from zeros. */
    Value integerState(int... extents) {
        String name = "state." + tensors.size();
        Shape shape = Shape.of(extents);
        tensors.put(name, Tensor.of(shape, new int[shape.size()]));
        return graph.state(name, DType.INT32, extents);
    }

    /** An int32 [1] state that starts from zero and is moved on after the operation of each run. */
    Value counter(int by) {
        counter = graph.state("counter", DType.INT32, 1);
        advance = by;
        return counter;
    }

    /** Appends what runs after the operation. */
    void finish() {
        if (counter != null) graph.add(new Stepwise.Advance(counter, advance));
    }

    private static Tensor filled(DoubleSupplier numbers, int... extents) {
        Shape shape = Shape.of(extents);
        float[] floats = new float[shape.size()];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) numbers.getAsDouble();
        return Tensor.of(shape, floats);
    }
}
