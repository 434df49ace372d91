package io.vivace.bindings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
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
 * the property once.) As a module JCuda would not even find its library, which lies in a jar of its own.
 */
public final class NativeLibraries {
    private NativeLibraries() {
    }

    /**
     * @param library    as JCuda names it, without version and platform
     * @param version    of the jar that has it; JCuda asks for the file by JCuda's own version
     * @param initialise touches the class that loads it
     */
    public static synchronized void whileUnpacked(String library, String version, Runnable initialise) {
        Path folder;
        try {
            folder = unpacked("lib/" + file(library, version), file(library, JCudaVersion.get())).getParent();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + file(library, version) + ": " + e.getMessage(), e);
        }
        String usual = System.setProperty("java.io.tmpdir", folder.toString());
        try {
            initialise.run();
        } finally {
            System.setProperty("java.io.tmpdir", usual);
        }
    }

    private static String file(String library, String version) {
        return "lib" + library + "-" + version + "-linux-x86_64.so";
    }

    private static Path unpacked(String resource, String file) throws IOException {
        try {
            Path cached = cacheFolder().resolve(file);
            if (isWhole(cached)) return cached;
            Files.createDirectories(cached.getParent());
            return write(resource, cached);
        } catch (IOException noHomeToWriteTo) {
            Path once = Files.createTempDirectory("vivace-native").resolve(file);
            once.getParent().toFile().deleteOnExit();
            once.toFile().deleteOnExit();
            return write(resource, once);
        }
    }

    /**
     * A shared library ends with its table of sections, of which the first 64 bytes tell the place and the size. Comparing with the jar
     * instead would take a third of the time that JCuda takes to start.
     */
    private static boolean isWhole(Path file) throws IOException {
        if (!Files.isRegularFile(file)) return false;
        ByteBuffer head = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            while (head.hasRemaining()) if (channel.read(head) < 0) return false;
            return head.getInt(0) == 0x464c457f && channel.size() == head.getLong(0x28) + (long) head.getShort(0x3a) * head.getShort(0x3c);
        }
    }

    private static Path write(String resource, Path file) throws IOException {
        Path part = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
        try (InputStream bytes = NativeLibraries.class.getClassLoader().getResourceAsStream(resource)) {
            if (bytes == null) throw new IllegalStateException(resource + " is not on the class path; add the jar of JCuda's native code for linux-x86_64");
            Files.copy(bytes, part, StandardCopyOption.REPLACE_EXISTING);
            return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Of the user, and of no one else: libraries are loaded from it. */
    private static Path cacheFolder() throws IOException {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root = cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        if (!root.isAbsolute()) throw new IOException("there is no home folder");
        return root.resolve("vivace").resolve("native");
    }
}
