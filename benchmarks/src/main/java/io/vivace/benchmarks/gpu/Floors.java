package io.vivace.benchmarks.gpu;

import io.vivace.bindings.cuda.CapturedGraph;
import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.DeviceMemory;
import io.vivace.bindings.cuda.Event;
import io.vivace.bindings.cuda.LaunchBlock;
import io.vivace.bindings.cuda.Stream;
import io.vivace.kernels.Grid;
import io.vivace.kernels.KernelImages;
import io.vivace.kernels.Launch;
import io.vivace.kernels.StepKernels;
import java.lang.foreign.Arena;

/** The phase "floors": bytes a second that a copy moves, and what a launch and a node of a graph cost, with a kernel that adds 1 to a number. */
final class Floors {
    private static final long COPIED = 512L << 20;

    private Floors() {}

    public static void main(String[] arguments) {
        boolean small = arguments.length > 0;
        try (Device device = Device.open(0); Stream stream = device.stream(); Arena arena = Arena.ofConfined(); DeviceMemory counter = device.allocate(256)) {
            Rows.print(Rows.of("what", "copy on the device, bytes read and written", "GB/s", 1e-9 * copyBandwidth(device, stream)));
            stream.fill(counter.address(), 0, 256);
            Launch launch = StepKernels.advance(Grid.of(1), counter.address(), 1, 0, 0, 0, 0);
            var function = device.module(KernelImages.load(launch.file())).function(launch.kernel());
            var block = LaunchBlock.of(arena, function, 1, 1, 1, launch.threads(), launch.sharedBytes(), launch.arguments());
            int count = small ? 20 : 2000;
            launches(stream, block, count);
            Rows.print(Rows.of("what", "launches one by one", "µs each", best(device, stream, count, () -> launches(stream, block, count))));
            try (CapturedGraph graph = CapturedGraph.of(stream, () -> launches(stream, block, count))) {
                graph.launch(stream);
                Rows.print(Rows.of("what", "nodes of a graph that wait for each other", "µs each", best(device, stream, count, () -> graph.launch(stream))));
            }
            try (CapturedGraph graph = CapturedGraph.of(stream, () -> launches(stream, block, 1))) {
                graph.launch(stream);
                Rows.print(Rows.of("what", "graphs of one node", "µs each", best(device, stream, count, () -> {
                    for (int i = 0; i < count; i++) graph.launch(stream);
                })));
            }
            Rows.print(Rows.of("what", "a launch and the wait for it, on the host's clock", "µs each", roundTrip(stream, block, count)));
        }
    }

    private static void launches(Stream stream, LaunchBlock block, int count) {
        for (int i = 0; i < count; i++) stream.launch(block);
    }

    /** Microseconds on the device's clock, the best of five. */
    private static double best(Device device, Stream stream, int count, Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 5; i++) best = Math.min(best, 1e3 * millis(device, stream, work) / count);
        return best;
    }

    private static double roundTrip(Stream stream, LaunchBlock block, int count) {
        stream.synchronize();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            stream.launch(block);
            stream.synchronize();
        }
        return (System.nanoTime() - start) * 1e-3 / count;
    }

    private static double millis(Device device, Stream stream, Runnable work) {
        try (Event start = device.event(); Event end = device.event()) {
            start.record(stream);
            work.run();
            end.record(stream);
            end.synchronize();
            return end.millisSince(start);
        }
    }

    /** The best of ten copies that no cache can hold. */
    static double copyBandwidth(Device device, Stream stream) {
        long bytes = Math.min(COPIED, device.freeBytes() / 64);
        double best = 0;
        try (DeviceMemory from = device.allocate(bytes); DeviceMemory to = device.allocate(bytes)) {
            stream.fill(from.address(), 0, bytes);
            for (int i = 0; i < 10; i++) {
                best = Math.max(best, 2.0 * bytes / (1e-3 * Math.max(1e-6, millis(device, stream, () -> stream.copy(to.address(), from.address(), bytes)))));
            }
        }
        return best;
    }
}
