package io.vivace;

/**
 * How a model is opened.
 *
 * @param device      what runs the networks
 * @param threads     threads of the CPU device, 0: one a processor
 * @param memoryBytes most bytes that one run may need, weights included, 0: what the machine and the JVM have
 */
public record Options(Device device, int threads, long memoryBytes) {
    private static final int MOST_THREADS = 1024;

    /** @throws BadRequest if a number is out of range */
    public Options {
        if (threads < 0 || threads > MOST_THREADS) {
            throw new BadRequest("Threads must be 0 (one a processor) to " + MOST_THREADS + ", not " + threads + ".");
        }
        if (memoryBytes < 0) throw new BadRequest("The memory limit must be at least 0 bytes, not " + memoryBytes + ".");
    }

    /** The CPU, all processors, all memory. */
    public static Options standard() {
        return new Options(Device.CPU, 0, 0);
    }

    public Options withDevice(Device device) {
        return new Options(device, threads, memoryBytes);
    }

    public Options withThreads(int threads) {
        return new Options(device, threads, memoryBytes);
    }

    public Options withMemoryBytes(long memoryBytes) {
        return new Options(device, threads, memoryBytes);
    }
}
