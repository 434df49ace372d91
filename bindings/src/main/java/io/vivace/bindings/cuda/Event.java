package io.vivace.bindings.cuda;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** A moment in a stream: when the device came by. */
public final class Event extends Owned {
    private final CUevent event;

    private Event(Device device, CUevent event) {
        super(device);
        this.event = event;
    }

    static Event on(Device device) {
        CUevent event = new JCuda.Mark();
        CudaError.check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT), "cuEventCreate");
        return new Event(device, event);
    }

    public void record(Stream stream) {
        CudaError.check(JCudaDriver.cuEventRecord(event, stream.forJCuda()), "cuEventRecord");
    }

    /** Milliseconds on the device's clock from an earlier event to this one; both must have come by. Good to half a microsecond. */
    public float millisSince(Event earlier) {
        float[] millis = new float[1];
        CudaError.check(JCudaDriver.cuEventElapsedTime(millis, earlier.event, event), "cuEventElapsedTime");
        return millis[0];
    }

    /** Waits until the device has come by. */
    public void synchronize() {
        CudaError.check(JCudaDriver.cuEventSynchronize(event), "cuEventSynchronize");
    }

    @Override
    int release() {
        return JCudaDriver.cuEventDestroy(event);
    }

    @Override
    String releasing() {
        return "cuEventDestroy";
    }
}
