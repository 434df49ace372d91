package io.vivace.backend.cuda;

import io.vivace.backend.Ports;
import io.vivace.backend.Program;
import io.vivace.bindings.cuda.CapturedGraph;
import io.vivace.bindings.cuda.DeviceMemory;
import io.vivace.bindings.cuda.Event;
import io.vivace.bindings.cuda.Range;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A graph as a list of launches, prepared in native memory. The first run launches one by one, which also loads what is not loaded yet; the
 * second is captured as a CUDA graph, and every further one replays it. A run returns before the device is done; {@link #get} waits.
 */
final class CudaProgram implements Program {
    /**
     * The work of one operation, or of some that share a launch.
     *
     * @param title of the operations, and of the library that does it if one does
     * @param bytes of operands and results
     */
    record Step(String title, List<Queued> work, long bytes) {}

    private final Gpu gpu;
    private final CudaSession session;
    /** Number by which the first operation reports. */
    private final int first;
    private final Ports ports;
    private final MemoryPlan plan;
    private final String name;
    private final List<Step> steps;
    private final Arena arena;
    private final List<DeviceMemory> memory;
    /** Inputs, states and outputs. */
    private final Map<Value, Place> places;
    /** Whether there is nothing to launch: an empty graph cannot be captured. */
    private final boolean idle;
    private CapturedGraph captured;
    private int runs;
    private boolean freed;

    CudaProgram(Gpu gpu, CudaSession session, Graph graph, MemoryPlan plan, Arena arena, List<Step> steps, List<DeviceMemory> memory, Map<Value, Place> places, int first) {
        this.gpu = gpu;
        this.session = session;
        this.plan = plan;
        this.arena = arena;
        this.steps = steps;
        name = graph.name();
        this.memory = memory;
        this.places = places;
        this.first = first;
        idle = steps.isEmpty();
        ports = new Ports(graph);
    }

    @Override
    public Program set(String name, Tensor tensor) {
        Place place = places.get(ports.written(name, tensor));
        onGpu(() -> gpu.staging().write(tensor, place));
        return this;
    }

    /** A closed program has no memory to work in, and the driver would not say so. */
    private void onGpu(Runnable work) {
        gpu.run(() -> {
            if (freed) throw new IllegalStateException(name + ", or its session, is closed");
            work.run();
        });
    }

    @Override
    public void run() {
        ports.demandAllSet();
        if (idle) return;
        onGpu(() -> {
            try (Range _ = Range.of(name)) {
                if (gpu.stopwatch() != null) launchTimed();
                else launch();
            }
            gpu.throttle();
        });
    }

    private void launch() {
        if (captured == null && runs++ > 0) captured = CapturedGraph.of(gpu.stream(), this::launchEach);
        if (captured != null) captured.launch(gpu.stream());
        else launchEach();
    }

    private void launchEach() {
        for (Step step : steps) queue(step);
    }

    private void queue(Step step) {
        for (Queued queued : step.work) queued.queue(gpu.stream());
    }

    /** One by one, between events: what an operation takes, the gaps that a captured graph would not have included. */
    private void launchTimed() {
        List<Event> marks = new ArrayList<>();
        try {
            marks.add(gpu.mark());
            for (Step step : steps) {
                queue(step);
                marks.add(gpu.mark());
            }
            gpu.stream().synchronize();
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                gpu.stopwatch().add(name, step.title, (long) (marks.get(i + 1).millisSince(marks.get(i)) * 1e6), step.bytes);
            }
        } finally {
            marks.forEach(Event::close);
        }
    }

    @Override
    public void get(String name, Tensor into) {
        Place place = places.get(ports.read(name, into));
        onGpu(() -> {
            session.check();
            gpu.staging().read(place, into);
        });
    }

    @Override
    public Tensor get(String name) {
        Value value = ports.readable(name);
        Tensor tensor = Tensor.zeros(value.dtype(), value.shape());
        get(name, tensor);
        return tensor;
    }

    @Override
    public MemoryPlan memory() {
        return plan;
    }

    @Override
    public void close() {
        gpu.release(() -> {
            if (freed) return;
            gpu.settle();
            free();
            session.closed(this, first);
        });
    }

    /** Gives everything back, when the device has nothing of it left to do. */
    void free() {
        freed = true;
        if (captured != null) captured.close();
        memory.forEach(DeviceMemory::close);
        arena.close();
    }
}
