package io.vivace.backend.cuda;

import io.vivace.Library;
import io.vivace.bindings.cuda.Driver;
import io.vivace.bindings.vendor.Gemm;
import io.vivace.bindings.vendor.Installation;
import io.vivace.bindings.vendor.Probe;
import io.vivace.bindings.vendor.VendorLibrary;
import io.vivace.file.CacheFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which of NVIDIA's libraries a back end may use beside its own kernels, and how it finds out which is faster.
 *
 * @param library what was asked for
 * @param found   what is installed; nothing is loaded yet
 * @param folder  where measured choices are remembered; empty if there is no such place
 * @param clock   of the device, or a test's
 * @param least   multiply-adds of the smallest operation that may go to a library
 */
public record Libraries(Library library, List<Installation> found, Optional<Path> folder, Clock clock, long least) {
    /** Below this, a launch costs as much as the sums. */
    private static final long LEAST = 1 << 24;

    /** Takes times. */
    @FunctionalInterface
    public interface Clock {
        /** What the device says. */
        Clock DEVICE = (library, measured) -> measured.getAsDouble();

        /**
         * @param library  whether it is a library that is measured, not our own kernels
         * @param measured does it on the device, and gives the milliseconds that it took there
         */
        double millis(boolean library, DoubleSupplier measured);
    }

    /** Nothing but our own kernels. */
    public static final Libraries NONE = new Libraries(Library.OURS, List.of(), Optional.empty(), Clock.DEVICE, LEAST);

    /** Those of this machine. The emulated device is not one that NVIDIA's libraries could run on. */
    public static Libraries of(Library library) {
        if (library == Library.OURS || Driver.emulated()) return new Libraries(library, List.of(), Optional.empty(), Clock.DEVICE, LEAST);
        return new Libraries(library, Probe.of(List.of()).found(), CacheFolder.find(), Clock.DEVICE, LEAST);
    }

    Optional<Installation> products() {
        return best(VendorLibrary.FOR_PRODUCTS);
    }

    Optional<Installation> convolutions() {
        return best(VendorLibrary.FOR_CONVOLUTIONS);
    }

    private Optional<Installation> best(List<VendorLibrary> kinds) {
        if (library == Library.OURS) return Optional.empty();
        return kinds.stream().flatMap(kind -> found.stream().filter(installation -> installation.library() == kind)).findFirst();
    }

    /** What a library of products works in, if one may be used. */
    long workspaceBytes() {
        return products().isPresent() ? Gemm.WORKSPACE_BYTES : 0;
    }

    /** Those that may be used, for people; empty where none may. */
    String names() {
        return Stream.of(products(), convolutions()).flatMap(Optional::stream).map(installation -> installation.library().toString())
                .collect(Collectors.joining(", "));
    }
}
