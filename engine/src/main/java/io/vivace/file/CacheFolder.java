package io.vivace.file;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a user's programs keep what they can make again, by the XDG base directory specification. */
public final class CacheFolder {
    private CacheFolder() {}

    /** Vivace's part of it: {@code $XDG_CACHE_HOME/vivace}, or {@code ~/.cache/vivace}; it may not be there yet. Empty for a user without a home. */
    public static Optional<Path> find() {
        String cache = System.getenv("XDG_CACHE_HOME");
        try {
            Path root = cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
            return root.isAbsolute() ? Optional.of(root.resolve("vivace")) : Optional.empty();
        } catch (InvalidPathException notAPath) {
            return Optional.empty();
        }
    }
}
