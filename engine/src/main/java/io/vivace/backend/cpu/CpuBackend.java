package io.vivace.backend.cpu;

import io.vivace.Profile;
import io.vivace.backend.Backend;
import io.vivace.backend.Stopwatch;
import io.vivace.weights.Weights;

/**
 * Runs graphs on the processor's cores in float32. Every element of a result is computed by one thread in one fixed order, so results are the
 * same bits for any number of threads and any neighbours in a batch.
 */
public final class CpuBackend implements Backend {
    private final Machine machine;
    private final Stopwatch stopwatch;

    /** One thread a processor, and the fastest inner loops that are there. */
    public CpuBackend() {
        this(Runtime.getRuntime().availableProcessors(), false);
    }

    /** @param scalar keeps to plain loops even where the Vector API is there */
    public CpuBackend(int threads, boolean scalar) {
        this(threads, scalar, null);
    }

    /** @param stopwatch takes the time of every operation, or null */
    public CpuBackend(int threads, boolean scalar, Stopwatch stopwatch) {
        if (threads < 1) throw new IllegalArgumentException("the CPU back end needs at least 1 thread, not " + threads);
        this.stopwatch = stopwatch;
        machine = new Machine(scalar ? new ScalarLanes() : Probe.LANES, threads);
    }

    /** Looks once for the Vector API, unless the property {@code vivace.scalar} says that plain loops are wanted: a short run has done before vectors are compiled. */
    private static final class Probe {
        static final Lanes LANES = Boolean.getBoolean("vivace.scalar") ? new ScalarLanes()
                : ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() ? vector() : scalar();

        private static Lanes vector() {
            return new VectorLanes();
        }

        private static Lanes scalar() {
            System.getLogger(CpuBackend.class.getName()).log(System.Logger.Level.WARNING,
                    "The Vector API is not there, so everything runs several times slower; start Java with --add-modules jdk.incubator.vector");
            return new ScalarLanes();
        }
    }

    @Override
    public String description() {
        return "cpu, " + machine.lanes.description() + ", " + machine.pool.threads() + (machine.pool.threads() == 1 ? " thread" : " threads");
    }

    @Override
    public Profile profile() {
        return stopwatch == null ? Backend.super.profile() : new Profile(stopwatch.rows(), 0);
    }

    @Override
    public Session open(Weights weights) {
        return new CpuSession(machine, new CpuWeights(weights), stopwatch);
    }

    @Override
    public void close() {
        machine.pool.close();
    }
}
