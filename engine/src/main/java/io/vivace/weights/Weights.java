package io.vivace.weights;

import io.vivace.BadCheckpoint;
import java.util.Arrays;
import java.util.Set;

/** The tensors of a model, by name. */
public interface Weights {

    Set<String> names();

    /** @throws BadCheckpoint if there is no tensor of that name */
    StoredTensor get(String name);

    /** @throws BadCheckpoint if there is no tensor of that name, or if it has other extents */
    default StoredTensor get(String name, int... dims) {
        StoredTensor tensor = get(name);
        if (Arrays.equals(dims, tensor.dims())) return tensor;
        throw new BadCheckpoint("Tensor \"" + name + "\" is " + Arrays.toString(tensor.dims()) + " in the model file where "
                + Arrays.toString(dims) + " is needed; convert the model again.");
    }

    /** All elements of a tensor, widened to float32, row-major. For tests, the reference interpreter, and small vectors. */
    default float[] floats(String name) {
        return get(name).floats();
    }

    /** Brings every tensor into memory that is not there yet; without it each comes when it is first asked for. */
    default void load() {}
}
