package io.vivace.backend.cuda;

import io.vivace.DeviceFailed;
import io.vivace.TooLittleMemory;
import io.vivace.backend.Stopwatch;
import io.vivace.bindings.cuda.CudaError;
import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.DeviceMemory;
import io.vivace.bindings.cuda.Driver;
import io.vivace.bindings.cuda.Event;
import io.vivace.bindings.cuda.Stream;
import io.vivace.bindings.vendor.LibraryError;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * One device with the one stream that everything runs on, in order. Work on it is done by one thread at a time: {@link #call} waits for its
 * turn, makes the device the thread's own, and turns the driver's errors into the engine's.
 */
final class Gpu implements AutoCloseable {
    private static final int AHEAD = 32;
    private static final long COPIED = 256L << 20;

    private final Device device;
    private final String name;
    private final String capability;
    private final Stream stream;
    private final Images images;
    private final Staging staging;
    private final Stopwatch stopwatch;
    /** The last marks of {@link #throttle}; the older one is waited for. */
    private final Event[] paces = new Event[2];
    private int launched;
    private boolean closed;

    /** @param stopwatch takes the time of every operation, or null */
    Gpu(int ordinal, Stopwatch stopwatch) {
        this.stopwatch = stopwatch;
        device = open(ordinal);
        try {
            name = device.name();
            capability = device.computeMajor() + "." + device.computeMinor();
            device.makeCurrent();
            stream = device.stream();
            images = new Images(device);
            staging = new Staging(device, stream);
            for (int i = 0; i < paces.length; i++) paces[i] = device.event();
        } catch (CudaError e) {
            throw closing(device, "GPU " + ordinal, e);
        }
    }

    /** The error, after a device that nobody can use yet is closed. */
    private static RuntimeException closing(Device device, String name, CudaError e) {
        RuntimeException failed = translated(e, name, "");
        try {
            device.close();
        } catch (CudaError another) {
            failed.addSuppressed(another);
        }
        return failed;
    }

    private static Device open(int ordinal) {
        if (!Driver.present()) throw new DeviceFailed(Driver.whyAbsent() + " Use --device cpu, or see `vivace doctor`.");
        try {
            return Device.open(ordinal);
        } catch (CudaError e) {
            throw new DeviceFailed("GPU " + ordinal + " cannot be used: " + e.getMessage() + "; see `vivace doctor`.", e);
        }
    }

    Device device() {
        return device;
    }

    String name() {
        return name;
    }

    Stream stream() {
        return stream;
    }

    Images images() {
        return images;
    }

    Staging staging() {
        return staging;
    }

    Stopwatch stopwatch() {
        return stopwatch;
    }

    /** A point in the stream's time. */
    Event mark() {
        Event mark = device.event();
        mark.record(stream);
        return mark;
    }

    /** Bytes read and written in a second by a copy from one place to another that no cache holds, the best of a few. */
    double copyBandwidth() {
        long bytes = Math.min(COPIED, device.freeBytes() / 4);
        double best = 0;
        try (DeviceMemory from = device.allocate(bytes); DeviceMemory to = device.allocate(bytes)) {
            for (int i = 0; i < 5; i++) {
                try (Event start = mark()) {
                    stream.copy(to.address(), from.address(), bytes);
                    try (Event end = mark()) {
                        end.synchronize();
                        best = Math.max(best, 2.0 * bytes / Math.max(1e-6, end.millisSince(start) * 1e-3));
                    }
                }
            }
        }
        return best;
    }

    /**
     * Keeps the host at most {@link #AHEAD} runs ahead of the device, so that a cancelled run ends soon. It waits for what was launched that long
     * ago, so the device never runs dry.
     */
    void throttle() {
        if (++launched % (AHEAD / 2) != 0) return;
        Event oldest = paces[launched / (AHEAD / 2) % 2];
        if (launched > AHEAD / 2) oldest.synchronize();
        oldest.record(stream);
    }

    /**
     * Does some work on the device.
     *
     * @throws TooLittleMemory if the device's memory ran out
     * @throws DeviceFailed    if the driver refuses or the device fails
     */
    synchronized <T> T call(Supplier<T> work) {
        if (closed) throw new IllegalStateException("the GPU was closed");
        try {
            device.makeCurrent();
            return work.get();
        } catch (CudaError e) {
            throw translated(e, name, capability);
        } catch (LibraryError e) {
            throw new DeviceFailed(e.library() + " failed on " + name + ": " + e.getMessage() + "; try again, and use --library ours if it stays so.", e);
        }
    }

    /** Does what gives something back: nothing where the GPU was closed, and everything with it. */
    synchronized void release(Runnable work) {
        if (!closed) run(work);
    }

    /** Waits until the device has nothing left to do; one that is lost has nothing. */
    void settle() {
        try {
            stream.synchronize();
        } catch (CudaError e) {
            if (!e.deviceLost()) throw e;
        }
    }

    void run(Runnable work) {
        call(() -> {
            work.run();
            return null;
        });
    }

    /** @throws TooLittleMemory before the driver is asked, if that much is not free */
    DeviceMemory allocate(long bytes, String what) {
        long free = device.freeBytes();
        if (bytes > free) {
            throw new TooLittleMemory(String.format(Locale.ROOT, "%s needs %.1f MB of the GPU's memory, of which %.1f of %.1f MB are free; ask for fewer"
                    + " seconds or a smaller batch, convert the model with --dtype bf16 or int8, or use --device cpu.", what, bytes / 1e6, free / 1e6,
                    device.totalBytes() / 1e6));
        }
        return device.allocate(bytes);
    }

    private static RuntimeException translated(CudaError e, String name, String capability) {
        if (e.outOfMemory()) {
            return new TooLittleMemory("The memory of " + name + " ran out (" + e.getMessage() + "); ask for fewer seconds or a smaller batch,"
                    + " close other programs on this GPU, or use --device cpu.", e);
        }
        if (e.noCodeForDevice()) {
            return new DeviceFailed("Vivace's kernels do not run on " + name + ", of compute capability " + capability + ", with this driver ("
                    + e.getMessage() + "); install a newer driver, or use --device cpu.", e);
        }
        if (e.deviceLost()) {
            return new DeviceFailed(name + " failed, and all that was on it is lost: " + e.getMessage() + "; open the model again, and use --device cpu"
                    + " if it stays so.", e);
        }
        return new DeviceFailed(name + " failed: " + e.getMessage() + "; try again, and use --device cpu if it stays so.", e);
    }

    /** @param first gives back what was made with this device */
    synchronized void close(Runnable first) {
        if (closed) return;
        try {
            run(first);
        } finally {
            close();
        }
    }

    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        // The device closes whatever is open on it. One that was lost gives back its memory by itself.
        try {
            device.close();
        } catch (CudaError e) {
            if (!e.deviceLost()) throw translated(e, name, capability);
        }
    }
}
