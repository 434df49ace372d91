package io.vivace.bindings.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jcuda.driver.JCudaDriver;

/** Memory of the host that stays where it is, so that copies run beside everything else. */
public final class PinnedMemory extends Owned {
    private final JCuda.HostPointer pointer;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    private PinnedMemory(Device device, JCuda.HostPointer pointer, long bytes) {
        super(device);
        this.pointer = pointer;
        this.segment = MemorySegment.ofAddress(pointer.address()).reinterpret(bytes, arena, null);
    }

    static PinnedMemory on(Device device, long bytes) {
        var pointer = new JCuda.HostPointer();
        CudaError.check(JCudaDriver.cuMemHostAlloc(pointer, bytes, 0), "cuMemHostAlloc(" + bytes + " bytes)");
        return new PinnedMemory(device, pointer, bytes);
    }

    /** Any thread may use it until this is closed; a later use is an exception, not a crash. */
    public MemorySegment segment() {
        return segment;
    }

    @Override
    int release() {
        arena.close();
        return JCudaDriver.cuMemFreeHost(pointer);
    }

    @Override
    String releasing() {
        return "cuMemFreeHost(" + segment.byteSize() + " bytes)";
    }
}
