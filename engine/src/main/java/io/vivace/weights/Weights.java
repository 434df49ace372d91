package io.vivace.weights;

import io.vivace.BadCheckpoint;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The tensors of a model, by name. */
public interface Weights {

    Set<String> names();

    /** @throws BadCheckpoint if there is no tensor of that name */
    StoredTensor get(String name);

    /** @throws BadCheckpoint if there is no tensor of that name, or if it has other extents */
    default StoredTensor get(String name, int... dims) {
        StoredTensor tensor = get(name);
        demand(name, tensor.dims(), dims);
        return tensor;
    }

    private static void demand(String name, int[] present, int[] needed) {
        if (Arrays.equals(needed, present)) return;
        throw new BadCheckpoint("Tensor \"" + name + "\" is " + Arrays.toString(present) + " in the model file where "
                + Arrays.toString(needed) + " is needed; convert the model again.");
    }

    /** All tensors in the order in which they lie one after the other; none is read for it. */
    List<TensorEntry> entries();

    /** @throws BadCheckpoint if there is no tensor of that name */
    TensorEntry entry(String name);

    /** @throws BadCheckpoint if there is no tensor of that name, or if it has other extents */
    default TensorEntry entry(String name, int... dims) {
        TensorEntry entry = entry(name);
        demand(name, entry.dims(), dims);
        return entry;
    }

    /** Reads a tensor from its first byte to its last, and keeps nothing of it in memory. */
    Reader reader(TensorEntry entry);

    /** Gives the bytes of one tensor, one piece after the other. */
    interface Reader {
        /**
         * Fills {@code into} with the next bytes.
         *
         * @throws BadCheckpoint if the file has become shorter, or with the last piece: if the bytes are not those that were written
         */
        void next(MemorySegment into);
    }

    /** All elements of a tensor, widened to float32, row-major. For tests, the reference interpreter, and small vectors. */
    default float[] floats(String name) {
        return get(name).floats();
    }

    /** Brings every tensor into memory that is not there yet; without it each comes when it is first asked for. */
    default void load() {}
}
