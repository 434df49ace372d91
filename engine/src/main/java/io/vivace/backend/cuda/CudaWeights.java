package io.vivace.backend.cuda;

import io.vivace.bindings.cuda.DeviceMemory;
import io.vivace.graph.Value;
import io.vivace.weights.BFloat16;
import io.vivace.weights.Panels;
import io.vivace.weights.StoredTensor.Layout;
import io.vivace.weights.StoredTensor.Storage;
import io.vivace.weights.TensorEntry;
import io.vivace.weights.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's weights on the device: one allocation in the order of the file, and a few tensors beside it that an operation needs in another form.
 * Shared by the sessions of a model; freed with the last of them.
 */
final class CudaWeights {
    private final Gpu gpu;
    private final Weights weights;
    private final boolean narrow;
    private final Map<String, Long> offsets = new HashMap<>();
    private final Map<String, Long> others = new HashMap<>();
    private final List<DeviceMemory> memory = new ArrayList<>();
    private int users;

    /** @param narrow whether float32 matrices and tables are rounded to bfloat16 */
    CudaWeights(Gpu gpu, Weights weights, boolean narrow) {
        this.gpu = gpu;
        this.weights = weights;
        this.narrow = narrow;
    }

    void use() {
        if (users++ > 0) return;
        try {
            upload();
        } catch (RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    /** Whether nobody uses the weights any more. */
    boolean release() {
        if (--users > 0) return false;
        memory.forEach(DeviceMemory::close);
        memory.clear();
        return true;
    }

    private void upload() {
        long end = 0;
        for (TensorEntry entry : weights.entries()) {
            if (entry.storage() == Storage.UINT8) continue;
            offsets.put(entry.name(), end);
            end = TensorEntry.align(end + (narrows(entry) ? entry.length() / 2 : entry.length()));
        }
        long base = allocate(Math.max(end, TensorEntry.ALIGNMENT));
        try (var upload = new Upload(gpu.device(), gpu.stream(), weights.entries().stream().mapToLong(TensorEntry::length).sum())) {
            for (TensorEntry entry : weights.entries()) {
                if (entry.storage() != Storage.UINT8) upload.send(weights, entry, narrows(entry), base + offsets.get(entry.name()));
            }
        }
        offsets.replaceAll((name, offset) -> base + offset);
    }

    private long allocate(long bytes) {
        DeviceMemory allocated = gpu.allocate(bytes, "Holding the weights");
        memory.add(allocated);
        return allocated.address();
    }

    /** Vectors stay float32: they are small, and sums are made in float32. */
    private boolean narrows(TensorEntry entry) {
        return narrow && entry.storage() == Storage.FLOAT32 && entry.dims().length > 1;
    }

    private Type type(TensorEntry entry) {
        return switch (entry.storage()) {
            case FLOAT32 -> narrows(entry) ? Type.BFLOAT16 : Type.FLOAT32;
            case BFLOAT16 -> Type.BFLOAT16;
            case INT8 -> Type.INT8;
            case INT32 -> Type.INT32;
            case UINT8 -> throw new IllegalArgumentException(entry.name() + " holds bytes");
        };
    }

    /** All elements as row-major float32: vectors, and whatever enters elementwise arithmetic. */
    Place floats(Value value) {
        TensorEntry entry = weights.entry(value.name(), value.shape().toArray());
        boolean lies = entry.layout() == Layout.ROW_MAJOR && type(entry) == Type.FLOAT32;
        return new Place(lies ? offsets.get(entry.name()) : widened(entry), Type.FLOAT32, value.shape().rank() == 0 ? 1 : value.shape().last());
    }

    private long widened(TensorEntry entry) {
        return others.computeIfAbsent(entry.name(), name -> send(MemorySegment.ofArray(weights.floats(name))));
    }

    Matrix matrix(Value value) {
        TensorEntry entry = weights.entry(value.name(), value.shape().toArray());
        int outputs = entry.dims()[0], inputs = entry.dims()[1];
        if (entry.layout() != Layout.PANELS) return new Matrix(packed(entry), 0, Type.FLOAT32, outputs, inputs);
        long panels = offsets.get(entry.name());
        long scales = panels + Panels.count(outputs) * Panels.panelBytes(entry.storage(), inputs);
        return new Matrix(panels, entry.storage() == Storage.INT8 ? scales : 0, type(entry), outputs, inputs);
    }

    /** A matrix that does not lie in panels in the file. */
    private long packed(TensorEntry entry) {
        return others.computeIfAbsent(entry.name() + " in panels", name -> {
            int outputs = entry.dims()[0], inputs = entry.dims()[1];
            float[] rows = weights.floats(entry.name());
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment panels = arena.allocate(Panels.bytes(Storage.FLOAT32, outputs, inputs));
                Panels.pack(Storage.FLOAT32, outputs, inputs, (first, count, into) -> System.arraycopy(rows, first * inputs, into, 0, count * inputs), panels);
                return send(panels);
            }
        });
    }

    /** Address of a float32 or bfloat16 matrix's elements row by row, for libraries that do not read panels: a copy, made once. */
    long rows(Value value) {
        TensorEntry entry = weights.entry(value.name(), value.shape().toArray());
        if (entry.layout() == Layout.ROW_MAJOR && type(entry) == Type.FLOAT32) return offsets.get(entry.name());
        if (matrix(value).type() == Type.FLOAT32) return widened(entry);
        return others.computeIfAbsent(entry.name() + " in rows", name -> {
            float[] elements = weights.floats(entry.name());
            short[] narrowed = new short[elements.length];
            for (int i = 0; i < elements.length; i++) narrowed[i] = BFloat16.of(elements[i]);
            return send(MemorySegment.ofArray(narrowed));
        });
    }

    Table table(Value value) {
        TensorEntry entry = weights.entry(value.name(), value.shape().toArray());
        int rows = entry.dims()[0], channels = entry.dims()[1];
        if (entry.layout() == Layout.ROW_MAJOR) return new Table(offsets.get(entry.name()), type(entry), rows, channels);
        return new Table(widened(entry), Type.FLOAT32, rows, channels);
    }

    /** Bytes of a weight as it lies on the device. */
    long bytes(Value value) {
        TensorEntry entry = weights.entry(value.name());
        return narrows(entry) ? entry.length() / 2 : entry.length();
    }

    private long send(MemorySegment bytes) {
        long address = allocate(bytes.byteSize());
        gpu.staging().write(bytes, address);
        return address;
    }
}
