package io.vivace.backend;

import io.vivace.Device;
import io.vivace.Options;
import io.vivace.Precision;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.cuda.CudaBackend;
import io.vivace.backend.cuda.Libraries;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.bindings.cuda.Driver;
import io.vivace.weights.StoredTensor.Storage;
import io.vivace.weights.Weights;

/** Where the back end is chosen. */
public final class Backends {
    private Backends() {}

    /**
     * The back end for a model's weights.
     *
     * @throws io.vivace.DeviceFailed if the device cannot be used
     */
    public static Backend open(Options options, Weights weights) {
        return open(options, options.precision() == Precision.BF16 || options.precision() == Precision.AUTO && rounded(weights));
    }

    /**
     * A back end for any weights, in float32 unless bfloat16 is asked for.
     *
     * @throws io.vivace.DeviceFailed if the device cannot be used
     */
    public static Backend open(Options options) {
        return open(options, options.precision() == Precision.BF16);
    }

    private static Backend open(Options options, boolean narrow) {
        return switch (options.device()) {
            case AUTO -> whyNoGpu().isEmpty() ? cuda(options, narrow) : cpu(options);
            case CPU -> cpu(options);
            case CUDA -> cuda(options, narrow);
            case REFERENCE -> new ReferenceBackend();
        };
    }

    /** Whether {@link Device#CUDA} can be used, be it on the emulated device. */
    public static boolean gpu() {
        return Driver.present();
    }

    /** Why {@link Device#AUTO} takes the CPU on this machine, as a sentence; empty if it takes a GPU. */
    public static String whyNoGpu() {
        return Driver.emulated() ? "The emulated device is no GPU." : Driver.whyAbsent();
    }

    private static Backend cuda(Options options, boolean narrow) {
        return new CudaBackend(options.gpu(), narrow, stopwatch(options), Libraries.of(options.library()));
    }

    private static Backend cpu(Options options) {
        int threads = options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
        return new CpuBackend(threads, false, stopwatch(options));
    }

    private static Stopwatch stopwatch(Options options) {
        return options.profile() ? new Stopwatch() : null;
    }

    private static boolean rounded(Weights weights) {
        return weights.entries().stream().anyMatch(entry -> entry.storage() == Storage.BFLOAT16 || entry.storage() == Storage.INT8);
    }
}
