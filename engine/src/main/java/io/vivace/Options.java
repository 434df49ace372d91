package io.vivace;

/**
 * How a model is opened.
 *
 * @param device      what runs the networks
 * @param gpu         number of the GPU, from 0
 * @param precision   of the GPU
 * @param threads     threads of the CPU device, 0: one a processor
 * @param memoryBytes most bytes that one run may need, weights included, 0: what the machine and the JVM have
 * @param profile     whether every operation's time is taken, which slows the runs down
 * @param speculation whether language models try several tokens in a pass; changes no result
 */
public record Options(Device device, int gpu, Precision precision, int threads, long memoryBytes, boolean profile, Speculation speculation) {
    private static final int MOST_THREADS = 1024;
    private static final int MOST_GPUS = 1024;

    /** @throws BadRequest if a number is out of range */
    public Options {
        if (threads < 0 || threads > MOST_THREADS) {
            throw new BadRequest("Threads must be 0 (one a processor) to " + MOST_THREADS + ", not " + threads + ".");
        }
        if (gpu < 0 || gpu > MOST_GPUS) throw new BadRequest("The number of a GPU must be 0 to " + MOST_GPUS + ", not " + gpu + ".");
        if (memoryBytes < 0) throw new BadRequest("The memory limit must be at least 0 bytes, not " + memoryBytes + ".");
    }

    /** The first GPU where there is one, else all processors; all memory. */
    public static Options standard() {
        return new Options(Device.AUTO, 0, Precision.AUTO, 0, 0, false, Speculation.OFF);
    }

    public Options withDevice(Device device) {
        return new Options(device, gpu, precision, threads, memoryBytes, profile, speculation);
    }

    /**
     * The device of a name, as on the command line: "cuda:1" is the second GPU.
     *
     * @throws BadRequest if there is no such device
     */
    public Options withDevice(String name) {
        int colon = name.indexOf(':');
        if (colon < 0) return withDevice(Device.named(name));
        Device device = Device.named(name.substring(0, colon));
        String number = name.substring(colon + 1);
        if (device != Device.CUDA || !number.matches("\\d{1,4}")) throw new BadRequest("There is no device \"" + name + "\"; a number goes with cuda: cuda:1.");
        return new Options(device, Integer.parseInt(number), precision, threads, memoryBytes, profile, speculation);
    }

    public Options withPrecision(Precision precision) {
        return new Options(device, gpu, precision, threads, memoryBytes, profile, speculation);
    }

    public Options withThreads(int threads) {
        return new Options(device, gpu, precision, threads, memoryBytes, profile, speculation);
    }

    public Options withMemoryBytes(long memoryBytes) {
        return new Options(device, gpu, precision, threads, memoryBytes, profile, speculation);
    }

    public Options withProfile(boolean profile) {
        return new Options(device, gpu, precision, threads, memoryBytes, profile, speculation);
    }

    public Options withSpeculation(Speculation speculation) {
        return new Options(device, gpu, precision, threads, memoryBytes, profile, speculation);
    }
}
