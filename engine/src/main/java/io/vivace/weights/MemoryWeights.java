package io.vivace.weights;

import io.vivace.BadCheckpoint;
import io.vivace.weights.StoredTensor.Layout;
import io.vivace.weights.StoredTensor.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tensors made in memory, laid out as a model file lays them out. The memory goes with the last reference to it. */
public final class MemoryWeights implements Weights {
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private final Map<String, TensorEntry> entries = new LinkedHashMap<>();
    private long end;

    /** Adds a matrix [outputs, inputs] in panels; {@code weights} is row-major. */
    public MemoryWeights matrix(String name, Storage storage, int outputs, int inputs, float... weights) {
        check(name, weights, outputs, inputs);
        StoredTensor tensor = allocate(name, storage, Layout.PANELS, outputs, inputs);
        Panels.pack(storage, outputs, inputs,
                (first, count, into) -> System.arraycopy(weights, first * inputs, into, 0, count * inputs), tensor.bytes());
        return this;
    }

    /** Adds a row-major float32 or bfloat16 tensor: an embedding table, a bias, a norm. */
    public MemoryWeights table(String name, Storage storage, int[] dims, float... values) {
        check(name, values, dims);
        MemorySegment bytes = allocate(name, storage, Layout.ROW_MAJOR, dims).bytes();
        for (int i = 0; i < values.length; i++) {
            switch (storage) {
                case FLOAT32 -> bytes.set(Panels.FLOAT, 4L * i, values[i]);
                case BFLOAT16 -> bytes.set(Panels.SHORT, 2L * i, BFloat16.of(values[i]));
                default -> throw new IllegalArgumentException("a table is float32 or bfloat16, not " + storage);
            }
        }
        return this;
    }

    /** Adds a float32 vector. */
    public MemoryWeights vector(String name, float... values) {
        return table(name, Storage.FLOAT32, new int[] {values.length}, values);
    }

    /** Adds raw bytes. */
    public MemoryWeights bytes(String name, byte... values) {
        MemorySegment bytes = allocate(name, Storage.UINT8, Layout.ROW_MAJOR, values.length).bytes();
        MemorySegment.copy(values, 0, bytes, ValueLayout.JAVA_BYTE, 0, values.length);
        return this;
    }

    private static void check(String name, float[] values, int... dims) {
        long elements = 1;
        for (int dim : dims) {
            elements = Math.multiplyExact(elements, (long) dim);
        }
        if (elements != values.length) {
            throw new IllegalArgumentException(name + " has " + values.length + " values for " + elements + " elements");
        }
    }

    private StoredTensor allocate(String name, Storage storage, Layout layout, int... dims) {
        MemorySegment bytes = Arena.ofAuto().allocate(StoredTensor.bytes(storage, layout, dims), TensorEntry.ALIGNMENT);
        var tensor = new StoredTensor(name, storage, layout, dims, bytes);
        if (tensors.put(name, tensor) != null) {
            throw new IllegalArgumentException("tensor " + name + " is there already");
        }
        entries.put(name, new TensorEntry(name, storage, layout, dims, end, bytes.byteSize(), 0));
        end = TensorEntry.align(end + bytes.byteSize());
        return tensor;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public StoredTensor get(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new BadCheckpoint("There is no tensor \"" + name + "\" among the weights in memory; add it.");
        }
        return tensor;
    }

    @Override
    public List<TensorEntry> entries() {
        return List.copyOf(entries.values());
    }

    @Override
    public TensorEntry entry(String name) {
        get(name);
        return entries.get(name);
    }

    @Override
    public Reader reader(TensorEntry entry) {
        MemorySegment bytes = get(entry.name()).bytes();
        return new Reader() {
            private long read;

            @Override
            public void next(MemorySegment into) {
                into.copyFrom(bytes.asSlice(read, into.byteSize()));
                read += into.byteSize();
            }
        };
    }
}
