package io.vivace.bindings.cuda;

import jcuda.driver.JCudaDriver;

/** Memory on a device, aligned to 256 bytes at least. */
public final class DeviceMemory extends Owned {
    private final JCuda.DevicePointer pointer;
    private final long bytes;

    private DeviceMemory(Device device, JCuda.DevicePointer pointer, long bytes) {
        super(device);
        this.pointer = pointer;
        this.bytes = bytes;
    }

    static DeviceMemory on(Device device, long bytes) {
        var pointer = new JCuda.DevicePointer();
        CudaError.check(JCudaDriver.cuMemAlloc(pointer, bytes), "cuMemAlloc(" + bytes + " bytes)");
        return new DeviceMemory(device, pointer, bytes);
    }

    public long address() {
        return pointer.address();
    }

    public long bytes() {
        return bytes;
    }

    @Override
    int release() {
        return JCudaDriver.cuMemFree(pointer);
    }

    @Override
    String releasing() {
        return "cuMemFree(" + bytes + " bytes)";
    }
}
