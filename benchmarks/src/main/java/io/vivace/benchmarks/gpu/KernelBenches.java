package io.vivace.benchmarks.gpu;

import io.vivace.DeviceFailed;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.backend.cuda.CudaBackend;
import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.Stream;
import io.vivace.graph.DType;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The phase "kernels": the time of each kernel within a graph of copies, less what a graph without them takes, beside its floor: the bytes at the rate of
 * a copy on this device, or the operations at its published peak, whichever takes longer.
 */
final class KernelBenches {
    private static final double SECONDS = 0.03;
    private static final int BATCHES = 3;

    private KernelBenches() {}

    public static void main(String[] arguments) {
        boolean small = arguments.length > 0;
        double bandwidth;
        Peak peak;
        try (Device device = Device.open(0); Stream stream = device.stream()) {
            bandwidth = Floors.copyBandwidth(device, stream);
            peak = Peak.of(device.name());
        }
        List<Bench> all = new ArrayList<>(ProductBenches.all(small));
        all.addAll(SequenceBenches.all(small));
        int failed = 0;
        for (boolean narrow : new boolean[] {true, false}) {
            try (Backend cuda = new CudaBackend(0, narrow)) {
                for (Bench bench : all) if (bench.narrow() == narrow && !ran(bench, cuda, bandwidth, peak, small)) failed++;
            }
        }
        System.exit(failed == 0 ? 0 : 1);
    }

    private static boolean ran(Bench bench, Backend cuda, double bandwidth, Peak peak, boolean small) {
        try {
            double micros = micros(bench, cuda, small), floor = bench.floor(bandwidth, peak);
            Rows.print(Rows.of("name", bench.name(), "µs", micros, "floor µs", floor, "% of floor", 100 * floor / micros, "bytes", bench.bytes(), "flops",
                    bench.flops(), "bound", floor > 1e6 * bench.bytes() / bandwidth * 1.0001 ? "operations" : "bytes", "copies", bench.copies(), "torch",
                    bench.torch()));
            return true;
        } catch (DeviceFailed e) {
            throw e;
        } catch (RuntimeException e) {
            Rows.print(Rows.of("name", bench.name(), "wrong", List.of(bench.name() + " fails: " + e)));
            return false;
        }
    }

    /** Of one copy; NaN where the copies do not stand out from what is around them. */
    private static double micros(Bench bench, Backend cuda, boolean small) {
        double all = micros(Parts.of(bench), cuda, small), around = micros(Parts.around(bench), cuda, small);
        return all > around ? (all - around) / bench.copies() : Double.NaN;
    }

    /** Of one run, the best of a few batches of runs. */
    private static double micros(Parts parts, Backend cuda, boolean small) {
        try (Backend.Session session = cuda.open(parts.weights())) {
            Program program = session.compile(parts.graph());
            parts.tensors().forEach(program::set);
            Tensor counter = Tensor.zeros(DType.INT32, Shape.of(1));
            double once = micros(program, counter, 3);
            if (small) return once;
            int runs = (int) Math.clamp(SECONDS * 1e6 / micros(program, counter, 3), 3, 2000);
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i < BATCHES; i++) best = Math.min(best, micros(program, counter, runs));
            return best;
        }
    }

    private static double micros(Program program, Tensor counter, int runs) {
        program.get(Parts.COUNTER, counter);
        long start = System.nanoTime();
        for (int i = 0; i < runs; i++) program.run();
        program.get(Parts.COUNTER, counter);
        return (System.nanoTime() - start) * 1e-3 / runs;
    }
}
