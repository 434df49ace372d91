package io.vivace.bindings.cuda;

/**
 * One thing on a device that must be given back. Closing twice is closing once, and closing is allowed on any thread; whatever is still open
 * when the device closes is closed with it.
 */
abstract class Owned implements AutoCloseable {
    final Device device;

    Owned(Device device) {
        this.device = device;
    }

    /** @return the driver's code */
    abstract int release();

    /** What the driver's function is called that gives it back. */
    abstract String releasing();

    /** @throws CudaError if the driver refuses; not if the device is lost, and this with it */
    @Override
    public final void close() {
        if (!device.forget(this)) return;
        int unbound = device.bind(), code = release();
        if (code == 0 || unbound != 0) return;
        CudaError error = new CudaError(code, releasing());
        if (!error.deviceLost()) throw error;
    }
}
