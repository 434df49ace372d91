package io.vivace;

import java.lang.management.ManagementFactory;

/**
 * What a run may allocate.
 *
 * @param bytes in all
 */
record Memory(long bytes) {

    static Memory of(Options options) {
        return new Memory(options.memoryBytes() > 0 ? options.memoryBytes() : ofMachine());
    }

    /** Memory of the machine, or of the container if that is less. */
    private static long ofMachine() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize() : Long.MAX_VALUE;
    }

    /** @throws TooLittleMemory if the plan needs more */
    void demand(Plan plan) {
        if (plan.bytes() > bytes) {
            throw new TooLittleMemory("This needs " + megabytes(plan.bytes()) + " MB of memory (weights " + megabytes(plan.weightBytes()) + ", state "
                    + megabytes(plan.stateBytes()) + ", activations " + megabytes(plan.activationBytes()) + ", codec " + megabytes(plan.codecBytes())
                    + "), but there are " + megabytes(bytes) + " MB; ask for fewer seconds or a smaller batch, or convert the model with --dtype int8.");
        }
    }

    private static String megabytes(long bytes) {
        return String.format(java.util.Locale.ROOT, bytes < 10_000_000 ? "%.1f" : "%.0f", bytes / 1e6);
    }
}
