package io.vivace.backend;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.vivace.bindings.vendor.Installation;
import io.vivace.bindings.vendor.VendorLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A stand-in of one of NVIDIA's libraries, which works on the emulated device; made with g++ from kernels/emulator/vendor. */
record StandIn(Installation installation) {
    private static final Path SOURCES = Path.of("..", "kernels", "emulator", "vendor"), FOLDER = Path.of("target", "stand-in").toAbsolutePath();

    static StandIn of(VendorLibrary library, String source) {
        Path made = FOLDER.resolve(library.file()), from = SOURCES.resolve(source);
        try {
            if (!newer(made, from) || !newer(made, SOURCES.resolve("host.h"))) compile(from, made);
            return new StandIn(new Installation(library, made));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean newer(Path made, Path from) throws IOException {
        return Files.exists(made) && Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(from)) >= 0;
    }

    private static void compile(Path from, Path made) throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        Process compiler = new ProcessBuilder(List.of("g++", "-std=c++17", "-O2", "-shared", "-fPIC", "-Wl,-soname," + made.getFileName(), from.toString(),
                "-o", made.toString(), "-ldl")).redirectErrorStream(true).start();
        String said = new String(compiler.getInputStream().readAllBytes());
        if (compiler.waitFor() != 0) throw new IOException(said);
    }

    /** Makes the next call of a function fail. */
    void fail(String function, int status) {
        call("standin_fail", function, status);
    }

    /** What it gave out and has not got back. */
    int live() {
        return call("standin_live", "", 0);
    }

    /** A C function may be called with more arguments than it has. */
    private int call(String function, String text, int number) {
        MemorySegment address = SymbolLookup.libraryLookup(installation.path(), Arena.global()).findOrThrow(function);
        MethodHandle handle = Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            return (int) handle.invokeExact(arena.allocateFrom(text), number);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
