package io.vivace.backend;

import io.vivace.Options;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.reference.ReferenceBackend;

/** Where the back end is chosen. */
public final class Backends {
    private Backends() {}

    /** @throws io.vivace.DeviceFailed if the device cannot be used */
    public static Backend open(Options options) {
        return switch (options.device()) {
            case CPU -> new CpuBackend(options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors(), false);
            case REFERENCE -> new ReferenceBackend();
        };
    }
}
