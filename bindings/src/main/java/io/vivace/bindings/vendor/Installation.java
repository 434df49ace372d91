package io.vivace.bindings.vendor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A library of NVIDIA's on this machine. */
public record Installation(VendorLibrary library, Path path) {
    private static final List<VendorLibrary> LOADED = new ArrayList<>();

    /** The library with its version, and where it is. */
    @Override
    public String toString() {
        return library + " (" + path + ")";
    }

    /** After this, Panama and JCuda find its functions; once loaded it stays. */
    void load() {
        synchronized (LOADED) {
            for (VendorLibrary other : LOADED)
                if (!library.goesWith(other)) throw new IllegalStateException(library + " cannot be used in a process that uses " + other);
            System.load(path.toAbsolutePath().toString());
            if (!LOADED.contains(library)) LOADED.add(library);
        }
    }
}
