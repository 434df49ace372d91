package io.vivace.backend;

import static io.vivace.backend.SmallWork.assertSentence;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.DeviceFailed;
import io.vivace.Library;
import io.vivace.TooLittleMemory;
import io.vivace.backend.cuda.CudaBackend;
import io.vivace.backend.cuda.Libraries;
import io.vivace.bindings.vendor.Installation;
import io.vivace.bindings.vendor.VendorLibrary;
import io.vivace.graph.Activation;
import io.vivace.graph.Conv1d;
import io.vivace.graph.Linear;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Op;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What comes out where NVIDIA's libraries compute, or fail to. */
class VendorTest extends VendorCase {
    private static Stream<OpCase> cases() {
        return Stream.concat(CHAINS.stream(), OpTest.cases()).filter(c -> {
            Op op = c.op().apply(new Operands(c.name(), c.storage()));
            return op instanceof Linear || op instanceof NormedLinear || op instanceof Conv1d;
        });
    }

    @Test
    void allProductsAndConvolutionsAreRight() {
        for (boolean narrow : new boolean[] {false, true}) {
            List<String> wrong = new ArrayList<>();
            var stopwatch = new Stopwatch();
            try (Backend backend = new CudaBackend(0, narrow, stopwatch, libraries(Library.VENDOR, NEVER))) {
                cases().forEach(c -> CpuOpTest.compare(c, narrow ? 1e-2 : c.tolerance(), OpTest.expected(c), Cuda.run(c, backend, wrong), wrong));
            }
            assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
            for (String title : List.of("Linear by cuBLASLt 13", "NormedLinear by cuBLASLt 13", "Conv1d by cuDNN 9", "Linear", "Conv1d")) {
                assertTrue(stopwatch.rows().stream().anyMatch(row -> row.operation().equals(title)), title);
            }
        }
        assertEquals(0, products.live() + convolutions.live());
    }

    /** Every value has an allocation of its own here, and the emulated device guards the ends of each. */
    @Test
    void nothingBeyondTheOperandsIsTouched() {
        List<String> wrong = new ArrayList<>();
        for (boolean narrow : new boolean[] {false, true}) {
            try (Backend backend = CudaBackend.isolated(narrow, libraries(Library.VENDOR, NEVER))) {
                cases().forEach(c -> Cuda.run(c, backend, wrong));
            }
        }
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
    }

    @Test
    void theWorkspaceIsRefusedWhereItDoesNotFit() {
        EmulatedDevice.set("MEMORY", 30 << 20);
        try (Backend backend = open(libraries(Library.VENDOR, NEVER), false)) {
            assertEquals(1, backend.deviceBytes());
            long refused = EmulatedDevice.account("refused calls");
            assertSentence(assertThrows(TooLittleMemory.class, () -> PRODUCT.run(backend)),
                    "The workspace of cuBLASLt 13, which is not needed with --library ours, needs 33.6 MB");
            assertEquals(refused, EmulatedDevice.account("refused calls"));
        }
    }

    @Test
    void theFlagForces() {
        assertEquals(List.of("Linear by cuBLASLt 13"), run(PRODUCT, libraries(Library.VENDOR, NEVER)));
        assertEquals(List.of("Conv1d by cuDNN 9"), run(CONVOLUTION, libraries(Library.VENDOR, NEVER)));
        assertEquals(List.of("Linear"), run(PRODUCT, libraries(Library.OURS, NEVER)));
        try (Backend forced = open(libraries(Library.VENDOR, NEVER), true); Backend ours = open(libraries(Library.OURS, NEVER), true)) {
            assertEquals("cuda:0, Vivace emulated device, bf16, library vendor (cuBLASLt 13, cuDNN 9)", forced.description());
            assertEquals("cuda:0, Vivace emulated device, bf16", ours.description());
        }
    }

    @Test
    void aLibraryWithoutAKernelForIt() {
        products.fail("cublasLtMatmulAlgoGetHeuristic", 15);
        assertEquals(List.of("Linear"), titles(PRODUCT, libraries(Library.VENDOR, NEVER)));
        convolutions.fail("cudnnGetConvolutionForwardAlgorithm_v7", 3000);
        assertEquals(List.of("Conv1d"), run(CONVOLUTION, libraries(Library.AUTO, faster(true))));
        assertEquals(List.of("Conv1d"), run(CONVOLUTION, libraries(Library.AUTO, NEVER)), "remembered");
        products.fail("cublasLtMatmul", 13);
        assertEquals(List.of("Linear"), run(PRODUCT, libraries(Library.AUTO, faster(true))));
        assertEquals(0, products.live() + convolutions.live());
    }

    @Test
    void aLibraryThatFails() {
        try (Backend backend = open(libraries(Library.VENDOR, NEVER), false)) {
            products.fail("cublasLtMatmul", 13);
            assertSentence(assertThrows(DeviceFailed.class, () -> PRODUCT.run(backend)),
                    "cuBLASLt 13 refused cublasLtMatmul(40 x 33 by 33 x 200 in panels of 64");
            convolutions.fail("cudnnConvolutionForward", 5000);
            assertSentence(assertThrows(DeviceFailed.class, () -> CONVOLUTION.run(backend)), "--library ours");
            List<String> wrong = new ArrayList<>();
            CpuOpTest.compare(PRODUCT, 1e-6, OpTest.expected(PRODUCT), PRODUCT.run(backend), wrong);
            assertEquals(List.of(), wrong);
        }
    }

    @Test
    void aLibraryThatFailsLater() {
        Operands operands = new Operands(PRODUCT.name(), PRODUCT.storage());
        operands.graph().output("y", operands.graph().add(PRODUCT.op().apply(operands)));
        operands.finish();
        try (Backend backend = open(libraries(Library.VENDOR, NEVER), false); Backend.Session session = backend.open(operands.weights())) {
            Program program = session.compile(operands.graph());
            operands.tensors().forEach(program::set);
            program.run();
            float[] right = program.get("y").floats();
            products.fail("cublasLtMatmul", 13);
            assertSentence(assertThrows(DeviceFailed.class, program::run), "cuBLASLt 13 failed on Vivace emulated device");
            for (int i = 0; i < 3; i++) program.run();
            assertArrayEquals(right, program.get("y").floats());
        }
    }

    @Test
    void noLibrary() {
        var none = new Libraries(Library.AUTO, List.of(), Optional.of(folder), NEVER, 0);
        assertEquals(List.of("Linear"), run(PRODUCT, none));
        var forced = new Libraries(Library.VENDOR, List.of(), Optional.of(folder), NEVER, 0);
        assertSentence(assertThrows(DeviceFailed.class, () -> open(forced, false)), "no library of NVIDIA's");
        assertFalse(Files.exists(folder.resolve("libraries.lock")));
    }

    @Test
    void aLibraryThatCannotBeLoaded() throws IOException {
        Path broken = Files.createDirectories(folder.resolve("lib")).resolve("libcublasLt.so.13");
        Files.write(broken, new byte[100]);
        Installation installation = new Installation(VendorLibrary.CUBLASLT_13, broken);
        assertEquals(List.of("Linear"), run(PRODUCT, new Libraries(Library.AUTO, List.of(installation), Optional.of(folder), NEVER, 0)));
        try (Backend backend = open(new Libraries(Library.VENDOR, List.of(installation), Optional.of(folder), NEVER, 0), false)) {
            assertSentence(assertThrows(DeviceFailed.class, () -> PRODUCT.run(backend)), broken + ") cannot be used: ");
        }
    }

    @Test
    void smallOperationsStayOurs() {
        Libraries all = libraries(Library.VENDOR, NEVER);
        assertEquals(List.of("Linear"), run(PRODUCT, new Libraries(all.library(), all.found(), all.folder(), NEVER, 40 * 33 * 200 + 1)));
        OpCase few = OpCase.of("product of 16 rows", o -> new Linear(o.normal(16, 33), o.matrix(200, 33), null, null, Activation.NONE)).runs(3);
        assertEquals(List.of("Linear"), run(few, all));
    }
}
