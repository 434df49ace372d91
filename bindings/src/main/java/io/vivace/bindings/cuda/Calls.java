package io.vivace.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.vivace.bindings.generated.driver.DriverCalls;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The calls of the warm path: addresses and signatures are jextract's, with a plain long wherever those have a pointer. A segment there would
 * cost an object to make and a liveness check a call; the driver's handles and the device's addresses are no memory of ours anyway.
 */
final class Calls {
    private static final MethodHandle LAUNCH = plain(DriverCalls.cuLaunchKernel$address(), DriverCalls.cuLaunchKernel$descriptor());
    private static final MethodHandle GRAPH_LAUNCH = plain(DriverCalls.cuGraphLaunch$address(), DriverCalls.cuGraphLaunch$descriptor());
    private static final MethodHandle TO_DEVICE = plain(DriverCalls.cuMemcpyHtoDAsync_v2$address(), DriverCalls.cuMemcpyHtoDAsync_v2$descriptor());
    private static final MethodHandle TO_HOST = plain(DriverCalls.cuMemcpyDtoHAsync_v2$address(), DriverCalls.cuMemcpyDtoHAsync_v2$descriptor());
    private static final MethodHandle ON_DEVICE = plain(DriverCalls.cuMemcpyDtoDAsync_v2$address(), DriverCalls.cuMemcpyDtoDAsync_v2$descriptor());
    private static final MethodHandle FILL = plain(DriverCalls.cuMemsetD8Async$address(), DriverCalls.cuMemsetD8Async$descriptor());

    private Calls() {
    }

    private static MethodHandle plain(MemorySegment address, FunctionDescriptor generated) {
        MemoryLayout[] arguments = generated.argumentLayouts().toArray(new MemoryLayout[0]);
        for (int i = 0; i < arguments.length; i++) if (arguments[i] instanceof AddressLayout) arguments[i] = JAVA_LONG;
        return Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(generated.returnLayout().orElseThrow(), arguments));
    }

    static int launch(LaunchBlock b, long stream) {
        try {
            return (int) LAUNCH.invokeExact(b.function, b.gridX, b.gridY, b.gridZ, b.threads, 1, 1, b.sharedBytes, stream, b.pointers, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int launchGraph(long graph, long stream) {
        try {
            return (int) GRAPH_LAUNCH.invokeExact(graph, stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int copyToDevice(long to, long from, long bytes, long stream) {
        try {
            return (int) TO_DEVICE.invokeExact(to, from, bytes, stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int copyToHost(long to, long from, long bytes, long stream) {
        try {
            return (int) TO_HOST.invokeExact(to, from, bytes, stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int copy(long to, long from, long bytes, long stream) {
        try {
            return (int) ON_DEVICE.invokeExact(to, from, bytes, stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int fill(long to, byte value, long bytes, long stream) {
        try {
            return (int) FILL.invokeExact(to, value, bytes, stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A native call throws nothing of its own. */
    private static Error unexpected(Throwable e) {
        if (e instanceof Error error) return error;
        return new AssertionError(e);
    }
}
