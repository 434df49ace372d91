package io.vivace.weights;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.vivace.weights.StoredTensor.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * How a matrix [outputs, inputs] lies in memory for the multiplying kernels: panels of {@link #WIDTH} outputs; inside a
 * panel, for each input, the weights of the panel's outputs side by side. One output block is then one sequential read,
 * and a vector register holds neighbouring outputs, so no sum is ever split over lanes. Outputs that only fill up the
 * last panel are zero. int8 is symmetric with one scale an output: weight = q · scale, scale = max|row| / 127; the
 * float32 scales of all outputs, absent ones included, follow the last panel.
 */
public final class Panels {
    public static final int WIDTH = 64;

    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int TILE = 16;

    private Panels() { }

    /** Gives rows of a row-major matrix. */
    @FunctionalInterface
    public interface Rows {
        /** Writes rows {@code first … first + count − 1} side by side to the start of {@code into}. */
        void read(int first, int count, float[] into);
    }

    /** Panels needed for so many outputs. */
    public static int count(int outputs) {
        return Math.ceilDiv(outputs, WIDTH);
    }

    /** Bytes of one panel. */
    public static long panelBytes(Storage storage, int inputs) {
        return Math.multiplyExact((long) inputs * WIDTH, storage.bytes());
    }

    /** Bytes of a whole matrix, int8 scales included. */
    public static long bytes(Storage storage, int outputs, int inputs) {
        long panels = Math.multiplyExact(count(outputs), panelBytes(storage, inputs));
        return storage == Storage.INT8 ? Math.addExact(panels, scaleBytes(outputs)) : panels;
    }

    private static long scaleBytes(int outputs) {
        return (long) count(outputs) * WIDTH * Float.BYTES;
    }

    /** Packs a whole matrix; only one panel's rows are held as floats. */
    public static void pack(Storage storage, int outputs, int inputs, Rows rows, MemorySegment out) {
        var packer = new Packer(storage, outputs, inputs);
        for (int panel = 0; panel < count(outputs); panel++) {
            packer.pack(panel, rows, out, panel * panelBytes(storage, inputs));
        }
        if (storage == Storage.INT8) {
            packer.writeScales(out, count(outputs) * panelBytes(storage, inputs));
        }
    }

    /** Packs panels one after another, for a matrix that never lies in memory whole. Not for use by several threads. */
    public static final class Packer {
        private final Storage storage;
        private final int outputs;
        private final int inputs;
        private final float[] rows;
        private final float[] panel;
        private final float[] scales;
        private final Object narrow;

        public Packer(Storage storage, int outputs, int inputs) {
            this.storage = storage;
            this.outputs = outputs;
            this.inputs = inputs;
            int elements = Math.multiplyExact(inputs, WIDTH);
            rows = new float[elements];
            panel = new float[elements];
            scales = new float[storage == Storage.INT8 ? count(outputs) * WIDTH : 0];
            narrow = switch (storage) {
                case FLOAT32 -> panel;
                case BFLOAT16 -> new short[elements];
                case INT8 -> new byte[elements];
                case INT32, UINT8 -> throw new IllegalArgumentException(storage + " has no panels");
            };
        }

        /** Writes panel number {@code index} to {@code out} from byte {@code at}. */
        public void pack(int index, Rows source, MemorySegment out, long at) {
            int first = index * WIDTH;
            int present = Math.min(WIDTH, outputs - first);
            source.read(first, present, rows);
            java.util.Arrays.fill(rows, present * inputs, rows.length, 0);
            switch (narrow) {
                case short[] halves -> {
                    transpose();
                    for (int i = 0; i < halves.length; i++) {
                        halves[i] = BFloat16.of(panel[i]);
                    }
                    MemorySegment.copy(halves, 0, out, SHORT, at, halves.length);
                }
                case byte[] quanta -> {
                    scaleRows(first, present);
                    transpose();
                    for (int i = 0; i < quanta.length; i++) {
                        quanta[i] = (byte) panel[i];
                    }
                    MemorySegment.copy(quanta, 0, out, JAVA_BYTE, at, quanta.length);
                }
                default -> {
                    transpose();
                    MemorySegment.copy(panel, 0, out, FLOAT, at, panel.length);
                }
            }
        }

        /** Writes the int8 scales of all panels packed so far. */
        public void writeScales(MemorySegment out, long at) {
            MemorySegment.copy(scales, 0, out, FLOAT, at, scales.length);
        }

        /** Turns each row into whole numbers from −127 to 127, still as floats. */
        private void scaleRows(int first, int present) {
            for (int row = 0; row < present; row++) {
                int from = row * inputs;
                float largest = 0;
                for (int i = from; i < from + inputs; i++) {
                    largest = Math.max(largest, Math.abs(rows[i]));
                }
                float scale = largest / 127;
                scales[first + row] = scale;
                for (int i = from; i < from + inputs; i++) {
                    // A subnormal scale is coarse enough for the quotient to pass 127.
                    rows[i] = scale == 0 ? 0 : (float) Math.max(-127, Math.min(127, Math.rint(rows[i] / scale)));
                }
            }
        }

        /** [WIDTH, inputs] to [inputs, WIDTH], in tiles that keep both sides in the first-level cache. */
        private void transpose() {
            for (int k = 0; k < inputs; k += TILE) {
                int end = Math.min(inputs, k + TILE);
                for (int row = 0; row < WIDTH; row++) {
                    int from = row * inputs;
                    for (int i = k; i < end; i++) {
                        panel[i * WIDTH + row] = rows[from + i];
                    }
                }
            }
        }
    }

    /** A matrix in panels as row-major float32, dequantised. */
    public static float[] unpack(StoredTensor matrix) {
        int outputs = matrix.dims()[0];
        int inputs = matrix.dims()[1];
        float[] rows = new float[Math.multiplyExact(outputs, inputs)];
        MemorySegment bytes = matrix.bytes();
        long scales = count(outputs) * panelBytes(matrix.storage(), inputs);
        for (int n = 0; n < outputs; n++) {
            long panel = (long) (n / WIDTH) * inputs * WIDTH + n % WIDTH;
            float scale = matrix.storage() == Storage.INT8 ? bytes.get(FLOAT, scales + 4L * n) : 1;
            for (int k = 0; k < inputs; k++) {
                long i = panel + (long) k * WIDTH;
                rows[n * inputs + k] = switch (matrix.storage()) {
                    case FLOAT32 -> bytes.get(FLOAT, 4 * i);
                    case BFLOAT16 -> BFloat16.widen(bytes.get(SHORT, 2 * i));
                    case INT8 -> bytes.get(JAVA_BYTE, i) * scale;
                    case INT32, UINT8 -> throw new IllegalArgumentException(matrix.storage() + " has no panels");
                };
            }
        }
        return rows;
    }
}
