package io.vivace.bindings.cuda;

import io.vivace.bindings.StandIn;
import java.nio.charset.StandardCharsets;

/** The stand-in for libcuda.so.1, loaded once for all tests of the process. */
final class StandInDriver {
    static final byte[] IMAGE = "stand-in".getBytes(StandardCharsets.US_ASCII);

    private static StandIn loaded;

    private StandInDriver() {
    }

    /** Skips the test where it cannot be made. */
    static synchronized StandIn get() {
        if (loaded == null) loaded = StandIn.loaded("libcuda.cpp", "libcuda.so.1");
        return loaded;
    }
}
