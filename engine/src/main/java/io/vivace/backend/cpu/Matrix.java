package io.vivace.backend.cpu;

import io.vivace.weights.Panels;
import io.vivace.weights.StoredTensor;
import io.vivace.weights.StoredTensor.Layout;
import io.vivace.weights.StoredTensor.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A weight matrix [outputs, inputs] in panels, ready for the kernels: see {@link Panels} for the layout.
 *
 * @param panels 64-byte aligned native memory
 * @param scales one an output, for int8; else null
 */
record Matrix(int outputs, int inputs, Storage storage, MemorySegment panels, float[] scales) {
    /** Outputs of a panel. */
    static final int WIDTH = Panels.WIDTH;
    /** Inputs that are multiplied at a time: a float32 block of a panel then is 256 KiB, which a second-level cache holds beside the rows that meet it. */
    static final int DEPTH = 1024;

    /** A stored matrix as it lies, if it lies in panels outside the heap; else a copy in that form. */
    static Matrix of(StoredTensor tensor) {
        if (tensor.layout() != Layout.PANELS) return pack(tensor.dims()[0], tensor.dims()[1], tensor.floats());
        MemorySegment bytes = tensor.bytes().isNative() ? tensor.bytes() : copy(tensor.bytes());
        int outputs = tensor.dims()[0], inputs = tensor.dims()[1];
        return new Matrix(outputs, inputs, tensor.storage(), bytes, scales(tensor, bytes, outputs, inputs));
    }

    /** Packs a row-major matrix. */
    static Matrix pack(int outputs, int inputs, float[] weights) {
        MemorySegment panels = Arena.ofAuto().allocate(Panels.bytes(Storage.FLOAT32, outputs, inputs), 64);
        Panels.pack(Storage.FLOAT32, outputs, inputs,
                (first, count, into) -> System.arraycopy(weights, first * inputs, into, 0, count * inputs), panels);
        return new Matrix(outputs, inputs, Storage.FLOAT32, panels, null);
    }

    private static MemorySegment copy(MemorySegment bytes) {
        return Arena.ofAuto().allocate(bytes.byteSize(), 64).copyFrom(bytes);
    }

    private static float[] scales(StoredTensor tensor, MemorySegment bytes, int outputs, int inputs) {
        if (tensor.storage() != Storage.INT8) return null;
        long from = Panels.count(outputs) * Panels.panelBytes(Storage.INT8, inputs);
        return bytes.asSlice(from, 4L * Panels.count(outputs) * WIDTH).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    int panelCount() {
        return Math.ceilDiv(outputs, WIDTH);
    }

    /** First byte of the weights of one input in one panel. */
    long at(int panel, int input) {
        return ((long) panel * inputs + input) * WIDTH * storage.bytes();
    }

    /** Outputs of a panel that exist. */
    int width(int panel) {
        return Math.min(WIDTH, outputs - panel * WIDTH);
    }
}
