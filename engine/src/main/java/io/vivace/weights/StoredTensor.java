package io.vivace.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

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
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Elements, by the dimensions. */
    public long elements() {
        long product = 1;
        for (int dim : dims) {
            product = Math.multiplyExact(product, (long) dim);
        }
        return product;
    }

    /** All elements as row-major float32, dequantised. */
    public float[] floats() {
        if (layout == Layout.PANELS) {
            return Panels.unpack(this);
        }
        float[] all = new float[Math.toIntExact(elements())];
        for (int i = 0; i < all.length; i++) {
            all[i] = switch (storage) {
                case FLOAT32 -> bytes.get(Panels.FLOAT, 4L * i);
                case BFLOAT16 -> BFloat16.widen(bytes.get(Panels.SHORT, 2L * i));
                case INT8 -> throw new IllegalStateException("int8 lies in panels");
                case INT32 -> bytes.get(INT, 4L * i);
                case UINT8 -> bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff;
            };
        }
        return all;
    }

    /**
     * Bytes that a tensor of such dimensions needs.
     *
     * @throws ArithmeticException if that is over 2^63
     * @throws IllegalArgumentException if the storage does not go with the layout, or panels are asked for anything but a matrix
     */
    public static long bytes(Storage storage, Layout layout, int... dims) {
        if (layout == Layout.PANELS) {
            if (dims.length != 2) {
                throw new IllegalArgumentException("panels hold a matrix, not " + dims.length + " dimensions");
            }
            if (storage == Storage.INT32 || storage == Storage.UINT8) {
                throw new IllegalArgumentException(storage + " has no panels");
            }
            return Panels.bytes(storage, dims[0], dims[1]);
        }
        if (storage == Storage.INT8) {
            throw new IllegalArgumentException("int8 needs panels, which hold its scales");
        }
        long product = storage.bytes();
        for (int dim : dims) {
            product = Math.multiplyExact(product, (long) dim);
        }
        return product;
    }

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
