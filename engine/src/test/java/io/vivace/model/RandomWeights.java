package io.vivace.model;

import io.vivace.graph.Graph;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import io.vivace.weights.Weights;
import java.util.Random;
import java.util.Set;

/** Random numbers for every weight that graphs ask for, of a size that keeps signals near 1. */
public final class RandomWeights {
    private final Random random;
    private final MemoryWeights weights = new MemoryWeights();
    private final Set<String> tables;

    /** @param tables last part of the names of matrices that are looked up, not multiplied */
    public RandomWeights(long seed, String... tables) {
        this.random = new Random(seed);
        this.tables = Set.of(tables);
    }

    public RandomWeights add(Graph graph) {
        for (Value weight : graph.leaves(Value.Kind.WEIGHT)) {
            if (!weights.names().contains(weight.name())) add(weight);
        }
        return this;
    }

    public Weights weights() {
        return weights;
    }

    private void add(Value weight) {
        String name = weight.name();
        int size = weight.shape().size(), inputs = weight.shape().last();
        if (name.endsWith("rates")) {
            // of state-space layers: what is not negative does not decay
            float[] rates = numbers(size, 0, 0.5);
            for (int i = 0; i < size; i++) rates[i] = -Math.abs(rates[i]);
            weights.table(name, Storage.FLOAT32, weight.shape().toArray(), rates);
        } else if (weight.shape().rank() == 1) {
            weights.vector(name, numbers(size, name.endsWith("gamma") || name.endsWith("norm") || name.endsWith("norm.weight") ? 1 : 0, 0.1));
        } else if (tables.stream().anyMatch(name::contains)) {
            weights.table(name, Storage.FLOAT32, weight.shape().toArray(), numbers(size, 0, 1));
        } else {
            weights.matrix(name, Storage.FLOAT32, weight.shape().at(0), inputs, numbers(size, 0, 1.5 / Math.sqrt(inputs)));
        }
    }

    private float[] numbers(int count, double mean, double deviation) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = (float) (mean + deviation * random.nextGaussian());
        return numbers;
    }
}
