package io.vivace.backend.cpu;

import io.vivace.weights.StoredTensor.Storage;
import java.lang.foreign.MemorySegment;

/**
 * A weight matrix [outputs, inputs] in panels, ready for the kernels: see {@code Panels} for the layout.
 *
 * @param panels 64-byte aligned native memory
 * @param scales one an output, for int8; else null
 */
record Matrix(int outputs, int inputs, Storage storage, MemorySegment panels, float[] scales) {
    /** Outputs of a panel. */
    static final int WIDTH = 64;
    /** Inputs that are multiplied at a time: a float32 block of a panel then fits the second-level cache many times over. */
    static final int DEPTH = 256;

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
