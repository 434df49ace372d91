package io.vivace.bindings.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.bindings.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user is told about a machine without a usable GPU; each in a process of its own, because a process looks only once. */
class DriverTest {
    @TempDir
    Path folder;

    private String on(String... environment) throws IOException {
        StandInDriver.get();
        return StandIn.java(DriverProbe.class, "LD_LIBRARY_PATH", StandIn.FOLDER.toString(), environment);
    }

    @Test
    void noDriver() throws IOException {
        Files.writeString(folder.resolve("libcuda.so.1"), "This hides a driver that may be there.");
        assertEquals("false 0 0 NVIDIA's driver is not installed, or not visible in this container: there is no libcuda.so.1 on the loader's path.\n",
                StandIn.java(DriverProbe.class, "LD_LIBRARY_PATH", folder.toString()));
    }

    @Test
    void aGoodOne() throws IOException {
        assertEquals("true 12040 2 \n", on("STANDIN_VERSION", "12040", "STANDIN_DEVICES", "2"));
    }

    @Test
    void tooOld() throws IOException {
        assertEquals("false 11080 0 NVIDIA's driver is too old: it can do CUDA 11.8, and 12.0 is needed; install a newer one.\n",
                on("STANDIN_VERSION", "11080"));
    }

    @Test
    void noDevice() throws IOException {
        assertEquals("false 13000 0 NVIDIA's driver is there, but no device.\n", on("STANDIN_INIT", "100"));
        assertEquals("false 13000 0 NVIDIA's driver is there, but no device; CUDA_VISIBLE_DEVICES is \"\", which may hide it.\n",
                on("STANDIN_DEVICES", "0", "CUDA_VISIBLE_DEVICES", ""));
    }

    @Test
    void aDriverThatDoesNotStart() throws IOException {
        assertEquals("false 13000 0 NVIDIA's driver does not start: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803).\n", on("STANDIN_INIT", "803"));
    }

    @Test
    void nativeCodeThatIsNotJCudas() throws IOException {
        Path library = folder.resolve("cache/vivace/native/libJCudaDriver-12.6.0-linux-x86_64.so");
        Files.createDirectories(library.getParent());
        Files.copy(StandIn.compiled("profiler.cpp", "libprofiler.so"), library);
        String said = on("XDG_CACHE_HOME", folder.resolve("cache").toString());
        assertTrue(said.startsWith("false 0 0 NVIDIA's driver is there, but the native code of JCuda, which calls it, cannot be loaded: "), said);
        assertEquals(1, said.lines().count());
    }

    /** And the shared folder of temporary files stays out of it. */
    @Test
    void nativeCodeIsUnpackedOnce() throws IOException {
        Path cache = folder.resolve("cache"), temporary = Files.createDirectory(folder.resolve("tmp"));
        String[] environment = {"XDG_CACHE_HOME", cache.toString(), "JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary};
        Path library = cache.resolve("vivace/native/libJCudaDriver-12.6.0-linux-x86_64.so");
        assertTrue(on(environment).contains("true 13000 1"));
        var unpacked = Files.getLastModifiedTime(library);
        long bytes = Files.size(library);
        assertTrue(on(environment).contains("true 13000 1"));
        assertEquals(unpacked, Files.getLastModifiedTime(library));
        Files.write(library, new byte[1000]);
        assertTrue(on(environment).contains("true 13000 1"));
        assertEquals(bytes, Files.size(library));
        try (var left = Files.list(temporary); var beside = Files.list(library.getParent())) {
            assertEquals(0, left.count());
            assertEquals(1, beside.count());
        }
    }

    @Test
    void aCacheThatCannotBeWrittenIsDoneWithout() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), ""), temporary = Files.createDirectory(folder.resolve("tmp"));
        assertTrue(on("XDG_CACHE_HOME", file.toString(), "JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary).contains("true 13000 1"));
        try (var left = Files.list(temporary)) {
            assertEquals(0, left.count());
        }
    }
}
