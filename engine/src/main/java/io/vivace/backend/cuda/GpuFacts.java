package io.vivace.backend.cuda;

import io.vivace.bindings.cuda.CudaError;
import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.Driver;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a person wants to know of the GPUs of this machine. */
public final class GpuFacts {
    private GpuFacts() {}

    /**
     * Facts by name.
     *
     * @param libraries that may compute on a GPU
     * @param gpu       number of the GPU that is used
     */
    public static Map<String, String> all(Libraries libraries, int gpu) {
        Map<String, String> facts = new LinkedHashMap<>();
        if (!Driver.present()) {
            facts.put("gpu", Driver.whyAbsent() + " The CPU composes.");
            return facts;
        }
        facts.put("gpu driver", "can do CUDA " + Driver.version() / 1000 + "." + Driver.version() % 1000 / 10);
        for (int ordinal = 0; ordinal < Driver.devices(); ordinal++) facts.put("gpu " + ordinal, device(ordinal));
        if (gpu < Driver.devices()) facts.putAll(libraries(libraries, gpu));
        return facts;
    }

    /** Whose kernels compute what NVIDIA has libraries for, and why. */
    public static Map<String, String> libraries(Libraries libraries, int gpu) {
        var found = new LibraryFacts(libraries, gpu);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("products", found.products());
        facts.put("convolutions", found.convolutions());
        return facts;
    }

    private static String device(int ordinal) {
        try (Device device = Device.open(ordinal)) {
            return String.format(Locale.ROOT, "%s, compute capability %d.%d, %d multiprocessors, %.1f of %.1f GB free", device.name(), device.computeMajor(),
                    device.computeMinor(), device.multiprocessors(), device.freeBytes() / 1e9, device.totalBytes() / 1e9);
        } catch (CudaError e) {
            return Driver.deviceName(ordinal) + ", cannot be used: " + e.getMessage();
        }
    }
}
