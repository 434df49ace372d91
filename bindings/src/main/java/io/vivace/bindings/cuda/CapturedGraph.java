package io.vivace.bindings.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.vivace.bindings.generated.driver.DriverCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Launches and copies that were recorded once and run as one. */
public final class CapturedGraph extends Owned {
    private final MemorySegment executable;
    private final int nodes;

    private CapturedGraph(Device device, MemorySegment executable, int nodes) {
        super(device);
        this.executable = executable;
        this.nodes = nodes;
    }

    /**
     * Records what the body asks of the stream, without doing it. The body may use this stream only, and nothing that waits or allocates.
     * Addresses and arguments are fixed from here on: what changes from run to run must lie in device memory.
     */
    public static CapturedGraph of(Stream stream, Runnable body) {
        MemorySegment queue = MemorySegment.ofAddress(stream.handle());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment graph = recorded(queue, body, arena.allocate(ADDRESS));
            try {
                return stream.device.own(instantiated(stream.device, graph, queue, arena));
            } finally {
                DriverCalls.cuGraphDestroy(graph);
            }
        }
    }

    private static MemorySegment recorded(MemorySegment queue, Runnable body, MemorySegment graph) {
        CudaError.check(DriverCalls.cuStreamBeginCapture_v2(queue, DriverCalls.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL()), "cuStreamBeginCapture");
        boolean done = false;
        try {
            body.run();
            done = true;
        } finally {
            if (!done && DriverCalls.cuStreamEndCapture(queue, graph) == 0) DriverCalls.cuGraphDestroy(graph.get(ADDRESS, 0));
        }
        CudaError.check(DriverCalls.cuStreamEndCapture(queue, graph), "cuStreamEndCapture");
        return graph.get(ADDRESS, 0);
    }

    private static CapturedGraph instantiated(Device device, MemorySegment graph, MemorySegment queue, Arena arena) {
        MemorySegment nodes = arena.allocate(JAVA_LONG);
        CudaError.check(DriverCalls.cuGraphGetNodes(graph, MemorySegment.NULL, nodes), "cuGraphGetNodes");
        MemorySegment executable = arena.allocate(ADDRESS);
        CudaError.check(DriverCalls.cuGraphInstantiateWithFlags(executable, graph, 0), "cuGraphInstantiate");
        MemorySegment handle = executable.get(ADDRESS, 0);
        int code = DriverCalls.cuGraphUpload(handle, queue);
        if (code != 0) {
            DriverCalls.cuGraphExecDestroy(handle);
            throw new CudaError(code, "cuGraphUpload");
        }
        return new CapturedGraph(device, handle, Math.toIntExact(nodes.get(JAVA_LONG, 0)));
    }

    /** Runs it once, in the order of the stream. */
    public void launch(Stream stream) {
        int code = Calls.launchGraph(executable.address(), stream.handle());
        if (code != 0) throw new CudaError(code, "cuGraphLaunch(" + nodes + " nodes)");
    }

    /** How many launches, copies and fills were recorded. */
    public int nodes() {
        return nodes;
    }

    @Override
    int release() {
        return DriverCalls.cuGraphExecDestroy(executable);
    }

    @Override
    String releasing() {
        return "cuGraphExecDestroy";
    }
}
