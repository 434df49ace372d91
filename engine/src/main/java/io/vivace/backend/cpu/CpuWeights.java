package io.vivace.backend.cpu;

import io.vivace.graph.BadGraph;
import io.vivace.graph.Value;
import io.vivace.weights.StoredTensor;
import io.vivace.weights.Weights;
import java.util.Arrays;
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
        float[] elements = floats.computeIfAbsent(value.name(), weights::floats);
        if (elements.length != value.shape().size()) {
            throw new BadGraph(value.graph().name() + " asks for the weight " + value.name() + " as " + value.shape()
                    + ", but the model holds " + elements.length + " elements of that name");
        }
        return new Place(elements, null, 0);
    }

    Matrix matrix(Value value) {
        return matrices.computeIfAbsent(value.name(), name -> Matrix.of(stored(value)));
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

    private StoredTensor stored(Value value) {
        StoredTensor tensor = weights.get(value.name());
        if (!Arrays.equals(tensor.dims(), value.shape().toArray())) {
            throw new BadGraph(value.graph().name() + " asks for the weight " + value.name() + " as " + value.shape()
                    + ", but the model holds it as " + Arrays.toString(tensor.dims()));
        }
        return tensor;
    }
}
