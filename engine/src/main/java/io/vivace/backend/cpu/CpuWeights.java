package io.vivace.backend.cpu;

import io.vivace.graph.Value;
import io.vivace.weights.StoredTensor;
import io.vivace.weights.Weights;
import java.util.HashMap;
import java.util.Map;

/** The weights of a session in the forms that kernels take, each made once. */
final class CpuWeights {
    private final Weights weights;
    private final Map<String, float[]> floats = new HashMap<>();
    private final Map<String, Matrix> matrices = new HashMap<>();

    CpuWeights(Weights weights) {
        this.weights = weights;
    }

    /** All elements, row-major: for vectors. */
    Place floats(Value value) {
        StoredTensor tensor = stored(value);
        return new Place(floats.computeIfAbsent(value.name(), name -> tensor.floats()), null, 0);
    }

    Matrix matrix(Value value) {
        StoredTensor tensor = stored(value);
        return matrices.computeIfAbsent(value.name(), name -> Matrix.of(tensor));
    }

    /** The recurrent weights of an LSTM, as {@link Recurrence} needs them. */
    Matrix recurrent(Value value) {
        int units = value.shape().last();
        if (units % Matrix.WIDTH == 0) return matrix(value);
        return matrices.computeIfAbsent(value.name() + " padded", name -> Recurrence.recurrent(units, floats(value).floats()));
    }

    Table table(Value value) {
        Table table = Table.of(value, stored(value));
        return table != null ? table : Table.of(value, floats(value));
    }

    /** Bytes of a weight as it is stored. */
    long bytes(Value value) {
        return weights.entry(value.name()).length();
    }

    private StoredTensor stored(Value value) {
        return weights.get(value.name(), value.shape().toArray());
    }
}
