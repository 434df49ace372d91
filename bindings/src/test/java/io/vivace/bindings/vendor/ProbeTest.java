package io.vivace.bindings.vendor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeTest {
    @TempDir
    Path folder;

    private Path library(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[1]);
    }

    private Probe probe(List<Path> first, String... environment) {
        return Probe.of(first, environment.length == 0 ? Map.of() : Map.of(environment[0], environment[1]));
    }

    @Test
    void whatTheUserNamesComesFirst() throws IOException {
        library("other/libcublasLt.so.13");
        Path named = library("named/libcublasLt.so.13");
        Probe probe = probe(List.of(folder.resolve("named")), "LD_LIBRARY_PATH", folder.resolve("other").toString());
        assertEquals(new Installation(VendorLibrary.CUBLASLT_13, named), probe.best(VendorLibrary.FOR_PRODUCTS).orElseThrow());
        assertEquals("cuBLASLt 13 (" + named + ").", probe.sentence(VendorLibrary.FOR_PRODUCTS));
    }

    @Test
    void theBestOfSeveralAndTheOneAskedFor() throws IOException {
        library("lib/libcublas.so.12");
        library("lib/libcublasLt.so.12");
        library("lib/libcudnn.so.8");
        Probe probe = probe(List.of(folder.resolve("lib")));
        assertEquals(VendorLibrary.CUBLASLT_12, probe.best(VendorLibrary.FOR_PRODUCTS.subList(1, 3)).orElseThrow().library());
        assertEquals(VendorLibrary.CUBLAS_12, probe.best(List.of(VendorLibrary.CUBLAS_12)).orElseThrow().library());
        assertTrue(probe.found().size() >= 3);
    }

    @Test
    void wheelsOfPipAreFound() throws IOException {
        Path wheel = library("lib/python3.13/site-packages/nvidia/cu13/lib/libcublasLt.so.13");
        Path older = library("lib/python3.13/site-packages/nvidia/cudnn/lib/libcudnn.so.9");
        Probe probe = probe(List.of(), "VIRTUAL_ENV", folder.toString());
        assertTrue(probe.found().contains(new Installation(VendorLibrary.CUBLASLT_13, wheel)));
        assertTrue(probe.found().contains(new Installation(VendorLibrary.CUDNN_9, older)));
    }

    @Test
    void anOddEnvironmentIsNoTrouble() {
        probe(List.of(), "LD_LIBRARY_PATH", "::/no/such:\u0000");
        probe(List.of(), "CUDA_HOME", " ");
    }

    @Test
    void whatIsMissingIsNamed() {
        Probe probe = probe(List.of(folder.resolve("a"), folder.resolve("b")), "LD_LIBRARY_PATH", "/none");
        if (probe.best(VendorLibrary.FOR_CONVOLUTIONS).isPresent()) return;
        String sentence = probe.sentence(VendorLibrary.FOR_CONVOLUTIONS);
        String start = "none of libcudnn.so.9, libcudnn.so.8 is in " + folder.resolve("a") + ", " + folder.resolve("b") + ", /none or ";
        assertTrue(sentence.startsWith(start), sentence);
    }
}
