package io.vivace.bindings.cuda;

import java.lang.foreign.MemorySegment;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * A queue of work on a device, done in order. Everything but {@link #synchronize} returns before it is done; errors of the work itself show up
 * in later calls. The calling thread must have the device's context, see {@link Device#makeCurrent}.
 */
public final class Stream extends Owned {
    private final JCuda.Queue stream;
    private final long handle;

    private Stream(Device device, JCuda.Queue stream) {
        super(device);
        this.stream = stream;
        this.handle = stream.address();
    }

    /** Does not wait for the default stream, which libraries may use. */
    static Stream on(Device device) {
        var stream = new JCuda.Queue();
        CudaError.check(JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
        return new Stream(device, stream);
    }

    /** The driver's CUstream. */
    public long handle() {
        return handle;
    }

    /** The same, for libraries that come with JCuda. */
    public CUstream forJCuda() {
        return stream;
    }

    /**
     * @param to   address on the device
     * @param from native memory; must stay until the copy is done, and is best pinned: else the driver copies it aside first
     */
    public void copyToDevice(long to, MemorySegment from, long bytes) {
        check(Calls.copyToDevice(to, address(from, bytes), bytes, handle), "cuMemcpyHtoDAsync", bytes);
    }

    /**
     * @param to   native memory, as in {@link #copyToDevice}
     * @param from address on the device
     */
    public void copyToHost(MemorySegment to, long from, long bytes) {
        check(Calls.copyToHost(address(to, bytes), from, bytes, handle), "cuMemcpyDtoHAsync", bytes);
    }

    /** From one place on the device to another. */
    public void copy(long to, long from, long bytes) {
        check(Calls.copy(to, from, bytes, handle), "cuMemcpyDtoDAsync", bytes);
    }

    public void fill(long to, int byteValue, long bytes) {
        check(Calls.fill(to, (byte) byteValue, bytes, handle), "cuMemsetD8Async", bytes);
    }

    public void launch(LaunchBlock block) {
        block.demandAlive();
        int code = Calls.launch(block, handle);
        if (code != CUresult.CUDA_SUCCESS) throw new CudaError(code, block.toString());
    }

    /** Waits until all is done. */
    public void synchronize() {
        CudaError.check(JCudaDriver.cuStreamSynchronize(stream), "cuStreamSynchronize");
    }

    /** Whether all is done. */
    public boolean query() {
        int code = JCudaDriver.cuStreamQuery(stream);
        if (code == CUresult.CUDA_ERROR_NOT_READY) return false;
        CudaError.check(code, "cuStreamQuery");
        return true;
    }

    private static void check(int code, String call, long bytes) {
        if (code != CUresult.CUDA_SUCCESS) throw new CudaError(code, call + "(" + bytes + " bytes)");
    }

    private static long address(MemorySegment host, long bytes) {
        if (!host.isNative()) throw new IllegalArgumentException("the device cannot copy an array of Java's heap, which the garbage collector moves");
        if (bytes < 0 || bytes > host.byteSize()) throw new IndexOutOfBoundsException(bytes + " bytes of a segment of " + host.byteSize());
        if (!host.scope().isAlive()) throw new IllegalStateException("the memory to copy has been freed");
        return host.address();
    }

    @Override
    int release() {
        return JCudaDriver.cuStreamDestroy(stream);
    }

    @Override
    String releasing() {
        return "cuStreamDestroy";
    }
}
