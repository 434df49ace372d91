package io.vivace.bindings.cuda;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/**
 * A GPU and its primary context, the one that it shares with every library in the process. A context belongs to threads: the one that opens a
 * device may use it, any other must call {@link #makeCurrent} first.
 */
public final class Device implements AutoCloseable {
    private final int ordinal;
    private final CUdevice device;
    private final CUcontext context;
    private final Set<Owned> live = new LinkedHashSet<>();
    private volatile boolean closed;

    private Device(int ordinal, CUdevice device, CUcontext context) {
        this.ordinal = ordinal;
        this.device = device;
        this.context = context;
    }

    /** @throws IllegalStateException with the sentence of {@link Driver#whyAbsent} where there is no driver */
    public static Device open(int ordinal) {
        Driver.demand();
        CUdevice device = new CUdevice();
        CudaError.check(JCudaDriver.cuDeviceGet(device, ordinal), "cuDeviceGet(" + ordinal + ")");
        CUcontext context = new JCuda.Context();
        CudaError.check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain(" + ordinal + ")");
        Device opened = new Device(ordinal, device, context);
        try {
            opened.makeCurrent();
        } catch (CudaError e) {
            JCudaDriver.cuDevicePrimaryCtxRelease(device);
            throw e;
        }
        return opened;
    }

    public int ordinal() {
        return ordinal;
    }

    public String name() {
        return Driver.name(device);
    }

    public int computeMajor() {
        return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
    }

    public int computeMinor() {
        return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    }

    public int multiprocessors() {
        return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    }

    private int attribute(int which) {
        int[] value = new int[1];
        CudaError.check(JCudaDriver.cuDeviceGetAttribute(value, which, device), "cuDeviceGetAttribute(" + which + ")");
        return value[0];
    }

    public long totalBytes() {
        return memory()[1];
    }

    /** What other processes and contexts have left. */
    public long freeBytes() {
        return memory()[0];
    }

    private long[] memory() {
        makeCurrent();
        long[] free = new long[1], total = new long[1];
        CudaError.check(JCudaDriver.cuMemGetInfo(free, total), "cuMemGetInfo");
        return new long[] {free[0], total[0]};
    }

    /** Gives the calling thread this device's context. */
    public void makeCurrent() {
        if (closed) throw new IllegalStateException("device " + ordinal + " is closed");
        CudaError.check(bind(), "cuCtxSetCurrent");
    }

    /** @return the driver's code */
    int bind() {
        return JCudaDriver.cuCtxSetCurrent(context);
    }

    public DeviceMemory allocate(long bytes) {
        makeCurrent();
        return own(DeviceMemory.on(this, bytes));
    }

    /** Memory of the host that the device can copy from and to by itself. */
    public PinnedMemory pin(long bytes) {
        makeCurrent();
        return own(PinnedMemory.on(this, bytes));
    }

    public Stream stream() {
        makeCurrent();
        return own(Stream.on(this));
    }

    public Event event() {
        makeCurrent();
        return own(Event.on(this));
    }

    /** @param image a fatbin, a cubin, or PTX as text, which the driver compiles */
    public Module module(byte[] image) {
        makeCurrent();
        return own(Module.on(this, image));
    }

    <T extends Owned> T own(T made) {
        synchronized (live) {
            live.add(made);
        }
        return made;
    }

    /** @return false if it was closed before */
    boolean forget(Owned made) {
        synchronized (live) {
            return live.remove(made);
        }
    }

    /** How many things of this device are open: what is left when its owner is done with it was leaked. */
    public int live() {
        synchronized (live) {
            return live.size();
        }
    }

    private List<Owned> newestFirst() {
        synchronized (live) {
            return new ArrayList<>(live).reversed();
        }
    }

    /** Closes whatever is still open, newest first, then lets the context go. No thread may be using it. */
    @Override
    public void close() {
        if (closed) return;
        CudaError first = null;
        for (Owned open : newestFirst()) {
            try {
                open.close();
            } catch (CudaError e) {
                if (first == null) first = e;
            }
        }
        closed = true;
        int code = JCudaDriver.cuDevicePrimaryCtxRelease(device);
        if (first == null && code != 0) first = new CudaError(code, "cuDevicePrimaryCtxRelease(" + ordinal + ")");
        if (first != null && !first.deviceLost()) throw first;
    }
}
