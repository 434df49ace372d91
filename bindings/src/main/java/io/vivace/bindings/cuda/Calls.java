package io.vivace.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The calls of the warm path, with a plain long wherever the driver has a pointer or a handle. jextract gives those the type MemorySegment, which
 * costs an object to make and a liveness check a call, and they are no memory of ours anyway. The signatures stand here once more, and a test
 * compares them: to take them from the generated class would link each of its functions as well, which takes as long again at each start.
 */
final class Calls {
    static final FunctionDescriptor LAUNCHES = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
            JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final FunctionDescriptor REPLAYS = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final FunctionDescriptor COPIES = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final FunctionDescriptor FILLS = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_BYTE, JAVA_LONG, JAVA_LONG);

    private static final SymbolLookup DRIVER = SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
    private static final MethodHandle LAUNCH = handle("cuLaunchKernel", LAUNCHES);
    private static final MethodHandle REPLAY = handle("cuGraphLaunch", REPLAYS);
    private static final MethodHandle TO_DEVICE = handle("cuMemcpyHtoDAsync_v2", COPIES);
    private static final MethodHandle TO_HOST = handle("cuMemcpyDtoHAsync_v2", COPIES);
    private static final MethodHandle ON_DEVICE = handle("cuMemcpyDtoDAsync_v2", COPIES);
    private static final MethodHandle FILL = handle("cuMemsetD8Async", FILLS);

    private Calls() {
    }

    private static MethodHandle handle(String function, FunctionDescriptor signature) {
        return Linker.nativeLinker().downcallHandle(DRIVER.findOrThrow(function), signature);
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
            return (int) REPLAY.invokeExact(graph, stream);
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
