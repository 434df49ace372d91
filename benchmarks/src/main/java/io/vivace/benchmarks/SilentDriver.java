package io.vivace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Takes the place of libcuda.so.1 in this process, and does nothing; made with g++. */
final class SilentDriver {
    private SilentDriver() {
    }

    /** Once it is loaded, the loader gives it to whoever asks for libcuda.so.1. */
    static void load() {
        try {
            Path folder = Files.createTempDirectory("silent-driver"), library = folder.resolve("libcuda.so.1");
            Process compiler = new ProcessBuilder(List.of("g++", "-O2", "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1",
                    "benchmarks/src/main/c/silent.cpp", "-o", library.toString())).inheritIO().start();
            if (compiler.waitFor() != 0) throw new IllegalStateException("g++ cannot make the silent driver");
            System.load(library.toString());
            Files.delete(library);
            Files.delete(folder);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the silent driver needs g++, and the repository's root as working directory", e);
        }
    }
}
