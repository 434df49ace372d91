package io.vivace.backend;

import io.vivace.BadCheckpoint;
import io.vivace.weights.StoredTensor;
import io.vivace.weights.Weights;
import java.util.Map;
import java.util.Set;

/** Weights of a test, as plain arrays. */
record TableWeights(Map<String, float[]> tensors) implements Weights {
    static final TableWeights NONE = new TableWeights(Map.of());

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public StoredTensor get(String name) {
        throw new UnsupportedOperationException(name + " has no stored form in this test");
    }

    @Override
    public float[] floats(String name) {
        if (!tensors.containsKey(name)) throw new BadCheckpoint("the model has no tensor named " + name);
        return tensors.get(name);
    }
}
