package io.vivace.bindings.vendor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.bindings.StandIn;
import io.vivace.bindings.cuda.Driver;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** NVIDIA's libraries, as their stand-ins see them called. */
class VendorTest {
    @BeforeEach
    void load() {
        StandIn.loaded("libcuda.cpp", "libcuda.so.1");
        assertTrue(Driver.present());
    }

    @ParameterizedTest
    @CsvSource({"CUBLASLT_13, cuBLASLt 13, 13.0.2", "CUBLASLT_12, cuBLASLt 12, 12.0.2", "CUBLAS_12, cuBLAS 12, 12.6.3",
            "CUDNN_9, cuDNN 9, 9.13.0", "CUDNN_8, cuDNN 8, 8.9.7"})
    void resultsAreRight(VendorLibrary library, String name, String version) throws IOException {
        String path = VendorStandIns.of(library).path().toString();
        assertEquals("right " + name + " " + version + "\n",
                StandIn.java(VendorProbe.class, List.of(library.name(), path), "LD_LIBRARY_PATH", StandIn.FOLDER.toString()));
    }

    @Test
    void aProductThatTheLibraryCannotDo() {
        Installation installation = VendorStandIns.of(VendorLibrary.CUBLASLT_13);
        StandIn library = StandIn.loaded(installation.path());
        try (Comparison comparison = new Comparison(); Gemm gemm = Gemm.open(installation, comparison.device())) {
            int held = library.ask("standin_live");
            Gemm.Product p = Comparison.PRODUCTS.get(1);
            library.fail("cublasLtMatmulAlgoGetHeuristic", 15);
            LibraryError error = assertThrows(LibraryError.class, () -> comparison.product(gemm, p));
            assertEquals("cuBLASLt 13 refused cublasLtMatmulAlgoGetHeuristic(3 x 7 by 7 x 5, FLOAT32): CUBLAS_STATUS_NOT_SUPPORTED (15)", error.getMessage());
            assertEquals(VendorLibrary.CUBLASLT_13, error.library());
            assertEquals(15, error.status());
            assertTrue(error.unsupported());
            assertEquals(held, library.ask("standin_live"));
            assertTrue(comparison.product(gemm, p) < 1e-5, "the next one works");
            library.fail("cublasLtMatmul", 13);
            assertEquals("cublasLtMatmul(3 x 7 by 7 x 5, FLOAT32)", assertThrows(LibraryError.class, () -> comparison.product(gemm, p)).call());
            int before = library.ask("standin_live");
            library.fail("cublasLtMatrixLayoutSetAttribute", 7);
            Gemm.Product panels = new Gemm.Product(2, 128, 3, 64, 3, 128, Precision.FLOAT32, Precision.FLOAT32);
            assertThrows(LibraryError.class, () -> comparison.product(gemm, panels));
            assertEquals(before, library.ask("standin_live"));
        }
        assertEquals(0, library.ask("standin_live"));
    }

    @Test
    void aConvolutionThatTheLibraryCannotDo() {
        Installation installation = VendorStandIns.of(VendorLibrary.CUDNN_9);
        StandIn library = StandIn.loaded(installation.path());
        try (Comparison comparison = new Comparison(); Convolution convolution = Convolution.open(installation, comparison.device())) {
            Convolution.Window window = Comparison.WINDOWS.get(1);
            library.fail("cudnnGetConvolutionForwardAlgorithm_v7", 3000);
            assertEquals("cuDNN 9 refused cudnnGetConvolutionForwardAlgorithm(" + window + "): CUDNN_STATUS_NOT_SUPPORTED (3000)",
                    assertThrows(LibraryError.class, () -> convolution.workspaceBytes(window)).getMessage());
            assertEquals(4096, convolution.workspaceBytes(window));
            assertThrows(LibraryError.class, () -> convolution.convolve(window, 0, 0, 0, comparison.workspace(), 100, comparison.stream()));
        }
        assertEquals(0, library.ask("standin_live"));
    }

    @Test
    void twoVersionsOfOneLibraryDoNotMix() {
        try (Comparison comparison = new Comparison(); Gemm gemm = Gemm.open(VendorStandIns.of(VendorLibrary.CUBLASLT_13), comparison.device())) {
            assertEquals("cuBLAS 12 cannot be used in a process that uses cuBLASLt 13", assertThrows(IllegalStateException.class,
                    () -> Gemm.open(VendorStandIns.of(VendorLibrary.CUBLAS_12), comparison.device())).getMessage());
            assertEquals("13.0.2", gemm.version());
        }
    }

    @Test
    void aLibraryDoesOnlyWhatItIsFor() {
        try (Comparison comparison = new Comparison()) {
            assertThrows(IllegalArgumentException.class, () -> Gemm.open(VendorStandIns.of(VendorLibrary.CUDNN_9), comparison.device()));
            assertThrows(IllegalArgumentException.class, () -> Convolution.open(VendorStandIns.of(VendorLibrary.CUBLASLT_13), comparison.device()));
        }
    }

    @Test
    void sizesAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> Gemm.Product.of(0, 1, 1, Precision.FLOAT32));
        assertThrows(IllegalArgumentException.class, () -> new Convolution.Window(1, 4, 1, 1, 3, 1, 2, 0, Precision.FLOAT32));
        assertEquals(1, new Convolution.Window(1, 5, 1, 1, 3, 1, 2, 0, Precision.FLOAT32).resultFrames());
    }
}
