package io.vivace.bindings.vendor;

import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.Stream;

/**
 * Matrix products by a library of NVIDIA's: {@code y = x·w}, with {@code w} in panels of a few columns, each row-major. Unlike the hand-written
 * kernels, it may add up in another order for another number of rows. Of one thread.
 */
public interface Gemm extends AutoCloseable {
    /**
     * @param rows      of x and y
     * @param outputs   columns of w and y
     * @param inputs    columns of x, rows of w
     * @param width     columns of a panel of w, of which the last may have columns that nothing is made of
     * @param xStride   elements from one row of x to the next
     * @param yStride   elements from one row of y to the next
     * @param precision of x and w
     * @param result    of y
     */
    record Product(int rows, int outputs, int inputs, int width, int xStride, int yStride, Precision precision, Precision result) {
        public Product {
            if (rows < 1 || outputs < 1 || inputs < 1 || width < 1 || xStride < inputs || yStride < outputs)
                throw new IllegalArgumentException("a product of " + rows + " x " + inputs + " by " + inputs + " x " + outputs + " in panels of " + width
                        + ", with rows of " + xStride + " and " + yStride);
        }

        /** Of matrices without gaps, w being one panel. */
        public static Product of(int rows, int outputs, int inputs, Precision precision) {
            return new Product(rows, outputs, inputs, outputs, inputs, outputs, precision, precision);
        }

        /** Panels all of whose columns are used. */
        int wholePanels() {
            return outputs / width;
        }

        /** Columns that are used of the panel behind those, if there is one. */
        int restOfColumns() {
            return outputs % width;
        }

        /** From the start of w to that panel. */
        long wholeBytes() {
            return (long) wholePanels() * width * inputs * precision.bytes();
        }

        /** From the start of y to that panel's first result. */
        long wholeResultBytes() {
            return (long) wholePanels() * width * result.bytes();
        }

        @Override
        public String toString() {
            return rows + " x " + inputs + " by " + inputs + " x " + outputs + (width == outputs ? "" : " in panels of " + width) + ", " + precision
                    + (result == precision ? "" : " to " + result);
        }
    }

    /** How much memory its kernels may use meanwhile; with less they are slower, or there is none. */
    long WORKSPACE_BYTES = 32L << 20;

    Installation installation();

    /** Of the loaded library, to the patch, such as 13.0.2. */
    String version();

    /**
     * Queues it. The first call for a product chooses a kernel and may load it, so it has no place in a capture; later ones may be captured.
     *
     * @param x         device address of [rows, inputs]
     * @param w         device address of ⌈outputs / width⌉ panels [inputs, width], one after the other
     * @param y         device address of [rows, outputs], overwritten; apart from the others
     * @param workspace device address, a multiple of 256; no other work on it may run at the same time
     * @throws LibraryError where the library has no kernel for it, for one
     */
    void multiply(Product product, long x, long w, long y, long workspace, long workspaceBytes, Stream stream);

    @Override
    void close();

    /** Loads the library and starts it on a device, whose context the thread must have. */
    static Gemm open(Installation installation, Device device) {
        device.makeCurrent();
        return switch (installation.library()) {
            case CUBLASLT_13, CUBLASLT_12 -> new CublasLtGemm(installation);
            case CUBLAS_12 -> new JCublasGemm(installation);
            case CUDNN_9, CUDNN_8 -> throw new IllegalArgumentException(installation.library() + " does convolutions");
        };
    }
}
