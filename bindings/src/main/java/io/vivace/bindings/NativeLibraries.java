package io.vivace.bindings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import jcuda.JCudaVersion;

/**
 * JCuda's native code, unpacked once for each user instead of at each start.
 *
 * <p>JCuda looks for its library in {@code java.library.path}, then in the folder of {@code java.io.tmpdir} under a fixed name, and only if that
 * file is missing it unpacks it there. In a folder that all users may write to, that would load whatever somebody put there, and two
 * processes that start together could load a half-written file. So the file is unpacked here under another name, moved into place whole, and
 * {@code java.io.tmpdir} points at its folder for just as long as JCuda's class initialises. (The JDK's own temporary files do not follow: it reads
 * the property once.) As modules JCuda would not even find its library, which lies in a jar of its own.
 */
public final class NativeLibraries {
    private NativeLibraries() {
    }

    /**
     * @param library as JCuda names it, without version and platform
     * @param initialise touches the class that loads it
     */
    public static synchronized void whileExtracted(String library, Runnable initialise) {
        String file = "lib" + library + "-" + JCudaVersion.get() + "-linux-x86_64.so";
        Path folder = extracted(file).getParent();
        String usual = System.setProperty("java.io.tmpdir", folder.toString());
        try {
            initialise.run();
        } finally {
            System.setProperty("java.io.tmpdir", usual);
        }
    }

    private static Path extracted(String file) {
        URL packed = NativeLibraries.class.getClassLoader().getResource("lib/" + file);
        if (packed == null) throw new IllegalStateException(file + " is not on the class path; add the jar of JCuda's native code for linux-x86_64");
        try {
            URLConnection connection = packed.openConnection();
            connection.setUseCaches(false);
            try (InputStream bytes = connection.getInputStream()) {
                return extracted(file, bytes, connection.getContentLengthLong());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path extracted(String file, InputStream bytes, long length) throws IOException {
        Path cached = cacheFolder().resolve(file);
        if (Files.isRegularFile(cached) && Files.size(cached) == length) return cached;
        try {
            Files.createDirectories(cached.getParent());
            return write(bytes, cached);
        } catch (IOException readOnlyHome) {
            Path once = Files.createTempDirectory("vivace-native").resolve(file);
            once.getParent().toFile().deleteOnExit();
            once.toFile().deleteOnExit();
            try (InputStream again = NativeLibraries.class.getClassLoader().getResourceAsStream("lib/" + file)) {
                return write(again, once);
            }
        }
    }

    private static Path write(InputStream bytes, Path file) throws IOException {
        Path part = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
        try {
            Files.copy(bytes, part, StandardCopyOption.REPLACE_EXISTING);
            try {
                return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                return Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Of the user, and of no one else: libraries are loaded from it. */
    private static Path cacheFolder() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root = cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return root.resolve("vivace").resolve("native");
    }
}
