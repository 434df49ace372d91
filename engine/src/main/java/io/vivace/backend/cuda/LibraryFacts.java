package io.vivace.backend.cuda;

import io.vivace.Library;
import io.vivace.backend.cuda.Choices.Choice;
import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.Driver;
import io.vivace.bindings.vendor.Convolution;
import io.vivace.bindings.vendor.Gemm;
import io.vivace.bindings.vendor.Installation;
import io.vivace.bindings.vendor.Probe;
import io.vivace.bindings.vendor.VendorLibrary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Whose kernels compute products and convolutions on a device, and why. */
final class LibraryFacts {
    private static final String OURS = "Vivace's kernels";

    private final Libraries libraries;
    private final int ordinal;
    private final Map<String, Choice> choices;

    LibraryFacts(Libraries libraries, int ordinal) {
        this.libraries = libraries;
        this.ordinal = ordinal;
        choices = Selection.choices(libraries, Driver.deviceName(ordinal)).map(Choices::all).orElse(Map.of());
    }

    String products() {
        return fact(libraries.products(), VendorLibrary.FOR_PRODUCTS, "product", LibraryFacts::productVersion);
    }

    String convolutions() {
        return fact(libraries.convolutions(), VendorLibrary.FOR_CONVOLUTIONS, "convolution", LibraryFacts::convolutionVersion);
    }

    private String fact(Optional<Installation> installation, List<VendorLibrary> kinds, String operation, BiFunction<Installation, Device, String> version) {
        if (libraries.library() == Library.OURS) return OURS + ", whose results do not depend on what is installed; --library auto measures NVIDIA's against them";
        if (installation.isEmpty() && Driver.emulated()) return OURS + "; NVIDIA's libraries do not run on the emulated device";
        if (installation.isEmpty()) return OURS + ": " + Probe.of(List.of()).sentence(kinds);
        try (Device device = Device.open(ordinal)) {
            String which = version.apply(installation.get(), device) + ", in " + installation.get().path();
            return installation.get().library() + ", version " + which + "; " + use(operation);
        } catch (RuntimeException | LinkageError e) {
            return OURS + ": " + installation.get() + " cannot be used: " + Vendor.reason(e);
        }
    }

    private String use(String operation) {
        if (libraries.library() == Library.VENDOR) return "as asked for, where it has a kernel";
        List<Choice> measured = choices.entrySet().stream().filter(entry -> entry.getKey().startsWith(operation)).map(Map.Entry::getValue).toList();
        if (measured.isEmpty()) return "measured against " + OURS + " when it is first needed, which was not yet";
        return "measured faster for " + measured.stream().filter(Choice::library).count() + " of " + measured.size() + " shapes, " + OURS + " for the others";
    }

    private static String productVersion(Installation installation, Device device) {
        try (Gemm gemm = Gemm.open(installation, device)) {
            return gemm.version();
        }
    }

    private static String convolutionVersion(Installation installation, Device device) {
        try (Convolution convolution = Convolution.open(installation, device)) {
            return convolution.version();
        }
    }
}
