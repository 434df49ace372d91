package io.vivace;

import io.vivace.backend.Backend;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * What a run may allocate.
 *
 * @param bytes in all, on the device that runs the networks
 * @param heap  of the Java heap, where everything but the weights lies if that device is the CPU
 */
record Memory(long bytes, long heap) {

    static Memory of(Options options, Backend backend) {
        boolean device = backend.deviceBytes() > 0;
        long most = device ? backend.deviceBytes() : ofMachine();
        return new Memory(options.memoryBytes() > 0 ? options.memoryBytes() : most, device ? Long.MAX_VALUE : Runtime.getRuntime().maxMemory());
    }

    /** Memory of the machine, or of the container if that is less. */
    private static long ofMachine() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize() : Long.MAX_VALUE;
    }

    /** @throws TooLittleMemory if the plan needs more */
    void demand(Plan plan) {
        if (plan.bytes() > bytes) {
            throw new TooLittleMemory("This needs " + megabytes(plan.bytes()) + " MB of memory (weights "
                    + megabytes(plan.weightBytes()) + ", state " + megabytes(plan.stateBytes()) + ", activations "
                    + megabytes(plan.activationBytes()) + ", codec " + megabytes(plan.codecBytes()) + "), but there are "
                    + megabytes(bytes) + " MB; ask for fewer seconds or a smaller batch, or convert the model with --dtype int8.");
        }
        if (plan.bytes() - plan.weightBytes() > heap) {
            throw new TooLittleMemory("This needs " + megabytes(plan.bytes() - plan.weightBytes()) + " MB of Java heap, but the JVM was "
                    + "given " + megabytes(heap) + " MB; start it with a larger -Xmx, or ask for fewer seconds or a smaller batch.");
        }
    }

    /** What to say when memory ran out although the plan seemed to fit. */
    TooLittleMemory exhausted(Plan plan, OutOfMemoryError cause) {
        return new TooLittleMemory("Memory ran out: the run was planned to need " + megabytes(plan.bytes()) + " MB, of which "
                + megabytes(plan.bytes() - plan.weightBytes()) + " MB on the Java heap of " + megabytes(heap)
                + " MB; start the JVM with a larger -Xmx, or ask for fewer seconds or a smaller batch.", cause);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, bytes < 10_000_000 ? "%.1f" : "%.0f", bytes / 1e6);
    }
}
