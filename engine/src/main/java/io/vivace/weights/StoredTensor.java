package io.vivace.weights;

import java.lang.foreign.MemorySegment;

/**
 * One tensor as it lies in the model file.
 *
 * @param name    canonical name, unique in the file
 * @param storage how an element is stored
 * @param layout  the order of the elements
 * @param dims    logical extents, outermost first: a matrix is [outputs, inputs]
 * @param bytes   its bytes, little endian, 64-byte aligned; for {@link Storage#INT8} in {@link Layout#PANELS} the float32
 *                scales of the outputs follow the panels, see {@link Panels}
 */
public record StoredTensor(String name, Storage storage, Layout layout, int[] dims, MemorySegment bytes) {

    /** How an element is stored. */
    public enum Storage {
        FLOAT32(4),
        BFLOAT16(2),
        /** Signed, symmetric, one float32 scale an output row. */
        INT8(1),
        INT32(4),
        /** Raw bytes: tokenizer tables. */
        UINT8(1);

        private final int bytes;

        Storage(int bytes) {
            this.bytes = bytes;
        }

        public int bytes() {
            return bytes;
        }
    }

    /** The order of elements. */
    public enum Layout {
        ROW_MAJOR,
        /** Matrices only: {@link Panels#WIDTH} outputs side by side, in the order in which the multiplying kernel reads. */
        PANELS
    }
}
