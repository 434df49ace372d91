package io.vivace.model.musicgen;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Conv1d;
import io.vivace.graph.ConvTranspose1d;
import io.vivace.graph.Graph;
import io.vivace.graph.Linear;
import io.vivace.graph.Lstm;
import io.vivace.graph.Op;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import io.vivace.weights.Weights;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** Makes every weight up when a graph first asks for it: the same name gives the same numbers. */
final class InventingBackend implements Backend {
    private final Backend backend;
    private final MemoryWeights weights;

    InventingBackend(Backend backend, MemoryWeights weights) {
        this.backend = backend;
        this.weights = weights;
    }

    @Override
    public String description() {
        return backend.description();
    }

    @Override
    public Session open(Weights ignored) {
        Session session = backend.open(weights);
        return new Session() {
            @Override
            public Program compile(Graph graph) {
                fill(graph);
                return session.compile(graph);
            }

            @Override
            public void reset() {
                session.reset();
            }

            @Override
            public void close() {
                session.close();
            }
        };
    }

    private void fill(Graph graph) {
        Set<Value> matrices = new HashSet<>();
        for (Graph.Node node : graph.nodes()) matrices(node.op(), matrices);
        for (Value weight : graph.leaves(Value.Kind.WEIGHT)) {
            if (!weights.names().contains(weight.name())) make(weight, matrices.contains(weight));
        }
    }

    private static void matrices(Op op, Set<Value> into) {
        switch (op) {
            case Linear l -> into.add(l.weight());
            case Conv1d c -> into.add(c.weight());
            case ConvTranspose1d c -> into.add(c.weight());
            case Lstm l -> {
                into.add(l.wInput());
                into.add(l.wHidden());
            }
            default -> { }
        }
    }

    private void make(Value weight, boolean matrix) {
        int[] dims = weight.shape().toArray();
        float[] values = numbers(weight.name(), weight.shape().size(), gain(weight.name(), dims));
        if (weight.name().endsWith("gamma")) for (int i = 0; i < values.length; i++) values[i] += 1;
        if (matrix) weights.matrix(weight.name(), Storage.FLOAT32, dims[0], dims[1], values);
        else weights.table(weight.name(), Storage.FLOAT32, dims, values);
    }

    /** Tables are wide and heads decided, so that greedy runs vary; the rest keeps its scale. */
    private static double gain(String name, int[] dims) {
        if (dims.length == 1) return 0.1;
        if (name.contains("embedding") || name.contains("relative_bias")) return 1;
        return (name.equals("decoder.heads") ? 3 : 1.3) / Math.sqrt(dims[1]);
    }

    static float[] numbers(String name, int count, double gain) {
        var random = new Random(name.hashCode());
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) (gain * random.nextGaussian());
        return values;
    }

    @Override
    public void close() {
        backend.close();
    }
}
