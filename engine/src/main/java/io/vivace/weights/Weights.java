package io.vivace.weights;

import java.util.Set;

/** The tensors of a model, by name. */
public interface Weights {

    Set<String> names();

    /** @throws io.vivace.BadCheckpoint if there is no tensor of that name */
    StoredTensor get(String name);

    /** All elements of a tensor, widened to float32, row-major. For tests, the reference interpreter, and small vectors. */
    default float[] floats(String name) {
        return get(name).floats();
    }
}
