package io.vivace.bindings.vendor;

import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.Stream;

/** Dense convolutions over time by a library of NVIDIA's, channels last. Of one thread. */
public interface Convolution extends AutoCloseable {
    /**
     * @param frames  of x, in each sequence of the batch
     * @param padding frames of zeros before x, and as many after it
     */
    record Window(int batch, int frames, int inputs, int outputs, int kernel, int stride, int dilation, int padding, Precision precision) {
        public Window {
            if (batch < 1 || frames < 1 || inputs < 1 || outputs < 1 || kernel < 1 || stride < 1 || dilation < 1 || padding < 0
                    || frames + 2L * padding < (kernel - 1L) * dilation + 1)
                throw new IllegalArgumentException("a convolution of " + frames + " frames, padded by " + padding + ", with " + kernel + " taps");
        }

        /** Frames of the result. */
        public int resultFrames() {
            return Math.toIntExact((frames + 2L * padding - (kernel - 1L) * dilation - 1) / stride + 1);
        }

        @Override
        public String toString() {
            return batch + " x " + frames + " frames, " + inputs + " to " + outputs + " channels, " + kernel + " taps, stride " + stride
                    + ", dilation " + dilation + ", padding " + padding + ", " + precision;
        }
    }

    Installation installation();

    /** Of the loaded library, to the patch, such as 13.0.2. */
    String version();

    /**
     * What the fastest algorithm that gives the same bits each time wants to use meanwhile.
     *
     * @throws LibraryError where the library has none
     */
    long workspaceBytes(Window window);

    /**
     * Queues it. The first call for a window chooses a kernel and may load it, so it has no place in a capture; later ones may be captured.
     *
     * @param x         device address of [batch, frames, inputs]
     * @param w         device address of [outputs, kernel, inputs]
     * @param y         device address of [batch, resultFrames, outputs], overwritten; apart from the others
     * @param workspace device address of {@link #workspaceBytes}, a multiple of 256; no other work on it may run at the same time
     */
    void convolve(Window window, long x, long w, long y, long workspace, long workspaceBytes, Stream stream);

    @Override
    void close();

    /** Loads the library and starts it on a device, whose context the thread must have. */
    static Convolution open(Installation installation, Device device) {
        device.makeCurrent();
        return switch (installation.library()) {
            case CUDNN_9 -> new CudnnConvolution(installation);
            case CUDNN_8 -> new JCudnnConvolution(installation);
            case CUBLASLT_13, CUBLASLT_12, CUBLAS_12 -> throw new IllegalArgumentException(installation.library() + " does products");
        };
    }
}
