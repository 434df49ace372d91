package io.vivace.backend;

import static io.vivace.backend.SmallWork.assertSentence;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.DeviceFailed;
import io.vivace.Library;
import io.vivace.Profile;
import io.vivace.backend.cuda.CudaBackend;
import io.vivace.backend.cuda.GpuFacts;
import io.vivace.backend.cuda.Libraries;
import io.vivace.bindings.vendor.Installation;
import io.vivace.bindings.vendor.VendorLibrary;
import io.vivace.graph.Activation;
import io.vivace.graph.Conv1d;
import io.vivace.graph.Linear;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Op;
import io.vivace.graph.Rearrangement.Pad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NVIDIA's libraries beside our own kernels: who is chosen, that it is remembered, and what comes out; with stand-ins on the emulated device. */
class VendorTest {
    private static final Libraries.Clock NEVER = (library, measured) -> {
        throw new AssertionError("nothing has to be measured");
    };
    private static final OpCase PRODUCT = OpCase.of("product of 40 rows", o -> new Linear(o.normal(2, 20, 33), o.matrix(200, 33), o.vector(200),
            o.normal(2, 20, 200), Activation.GELU_ERF)).runs(3);
    private static final OpCase CONVOLUTION = OpCase.of("convolution of 60 frames", o -> new Conv1d(o.normal(2, 60, 6), o.matrix(10, 18), o.vector(10), null,
            3, 1, 2, 3, 1, Pad.Mode.REFLECT, Activation.ELU)).runs(3);
    /** In bfloat16, what lies between two operations is so too; the second product reads rows out of wider ones. */
    private static final List<OpCase> CHAINS = List.of(
            OpCase.of("product of a slice of a product", o -> new Linear(o.graph().add(new Linear(o.normal(2, 20, 33), o.matrix(130, 33), o.vector(130),
                    null, Activation.SILU)).slice(2, 64, 130), o.matrix(70, 66), null, null, Activation.NONE)),
            OpCase.of("convolution of a convolution", o -> new Conv1d(o.graph().add(new Conv1d(o.normal(2, 60, 6), o.matrix(10, 18), o.vector(10), null,
                    3, 1, 1, 2, 2, Pad.Mode.ZERO, Activation.ELU)), o.matrix(8, 50), null, null, 5, 2, 1, 3, 0, Pad.Mode.REPLICATE, Activation.NONE)));
    private static StandIn products;
    private static StandIn convolutions;

    @TempDir
    Path folder;

    @BeforeAll
    static void compile() {
        EmulatedDevice.restart();
        products = StandIn.of(VendorLibrary.CUBLASLT_13, "cublaslt.cpp");
        convolutions = StandIn.of(VendorLibrary.CUDNN_9, "cudnn.cpp");
    }

    @BeforeEach
    void restart() {
        EmulatedDevice.restart();
    }

    @AfterEach
    void nothingIsLeft() {
        EmulatedDevice.assertNothingIsLeft();
    }

    private Libraries libraries(Library library, Libraries.Clock clock) {
        return new Libraries(library, List.of(products.installation(), convolutions.installation()), Optional.of(folder), clock, 0);
    }

    private static Libraries.Clock faster(boolean library) {
        return (its, measured) -> {
            assertTrue(measured.getAsDouble() >= 0);
            return its == library ? 1 : 2;
        };
    }

    private static CudaBackend open(Libraries libraries, boolean narrow) {
        return new CudaBackend(0, narrow, null, libraries);
    }

    /** Runs one by one, captured, and replayed; all must be as the interpreter says. Returns the operations that ran, with who ran them. */
    private static List<String> run(OpCase c, Libraries libraries) {
        List<String> wrong = new ArrayList<>();
        try (Backend backend = open(libraries, false)) {
            CpuOpTest.compare(c, 1e-6, OpTest.expected(c), c.run(backend), wrong);
        }
        assertEquals(List.of(), wrong);
        return titles(c, libraries);
    }

    private static List<String> titles(OpCase c, Libraries libraries) {
        var stopwatch = new Stopwatch();
        try (Backend backend = new CudaBackend(0, false, stopwatch, libraries)) {
            c.run(backend);
        }
        return stopwatch.rows().stream().map(Profile.Row::operation).toList();
    }

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

    @Test
    void theFasterOneIsTakenAndRemembered() {
        assertEquals(List.of("Linear by cuBLASLt 13"), run(PRODUCT, libraries(Library.AUTO, faster(true))));
        assertEquals(List.of("Linear by cuBLASLt 13"), run(PRODUCT, libraries(Library.AUTO, NEVER)));
        assertEquals(List.of("Conv1d"), run(CONVOLUTION, libraries(Library.AUTO, faster(false))));
        assertEquals(List.of("Conv1d"), run(CONVOLUTION, libraries(Library.AUTO, NEVER)));
    }

    @Test
    void theDeviceMeasuresWhereNoTestDoes() throws IOException {
        assertEquals(1, run(CONVOLUTION, libraries(Library.AUTO, Libraries.Clock.DEVICE)).size());
        String line = Files.readAllLines(file()).get(2);
        assertTrue(line.matches("convolution f32 128x6 to 10 kernel 3/1/2 padded bias ELU\t(ours|vendor)\t[0-9.E-]+\t[0-9.E-]+"), line);
    }

    @Test
    void aChoiceMustBeRememberedBeforeItCounts() {
        run(PRODUCT, libraries(Library.AUTO, (library, measured) -> {
            if (library) run(PRODUCT, libraries(Library.AUTO, faster(true)));    // another process, while this one measures
            return library ? 2 : 1;
        }));
        assertEquals(List.of("Linear by cuBLASLt 13"), titles(PRODUCT, libraries(Library.AUTO, NEVER)));
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

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".txt")).findFirst().orElseThrow();
        }
    }

    @Test
    void aFileThatIsBrokenIsMeasuredAgain() throws IOException {
        run(PRODUCT, libraries(Library.AUTO, faster(true)));
        Path file = file();
        String right = Files.readString(file);
        List<String> broken = List.of("", "nonsense\n", right.replace("\tvendor\t", "\tnobody\t"), right.replace("\t2.0", ""), right.replace("2.0", "two"),
                right.replace("emulated", "another"), "\u00ff".repeat(1 << 20), "\u0000\u00fe");
        for (String text : broken) {
            Files.writeString(file, text, java.nio.charset.StandardCharsets.ISO_8859_1);
            assertEquals(List.of("Linear"), run(PRODUCT, libraries(Library.AUTO, faster(false))), text);
            assertEquals(List.of("Linear"), run(PRODUCT, libraries(Library.AUTO, NEVER)), text);
        }
    }

    /** What cannot be remembered might be chosen otherwise the next time, and give other bits. */
    @Test
    void whereNothingCanBeRememberedOurKernelsRun() throws IOException {
        Path taken = Files.createFile(folder.resolve("file"));
        for (Optional<Path> place : List.of(Optional.of(taken.resolve("vivace")), Optional.<Path>empty())) {
            var libraries = new Libraries(Library.AUTO, List.of(products.installation()), place, faster(true), 0);
            assertEquals(List.of("Linear"), run(PRODUCT, libraries));
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
            assertSentence(assertThrows(DeviceFailed.class, () -> PRODUCT.run(backend)), "cuBLASLt 13 refused cublasLtMatmul(40 x 33 by 33 x 200 in panels of 64");
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
    void whoComputesIsTold() {
        String found = "cuBLASLt 13, version 13.0.2, in " + products.installation().path() + "; ";
        assertEquals(found + "measured against Vivace's kernels when it is first needed, which was not yet", fact("products", libraries(Library.AUTO, NEVER)));
        run(PRODUCT, libraries(Library.AUTO, faster(true)));
        OpCase other = OpCase.of("another product", o -> new Linear(o.normal(99, 33), o.matrix(200, 33), null, null, Activation.NONE)).runs(3);
        run(other, libraries(Library.AUTO, faster(false)));
        assertEquals(found + "measured faster for 1 of 2 shapes, Vivace's kernels for the others", fact("products", libraries(Library.AUTO, NEVER)));
        assertEquals(found + "as asked for, where it has a kernel", fact("products", libraries(Library.VENDOR, NEVER)));
        assertEquals("Vivace's kernels, as asked for", fact("products", libraries(Library.OURS, NEVER)));
        convolutions.fail("cudnnCreate", 3000);
        assertEquals("Vivace's kernels: cuDNN 9 (" + convolutions.installation().path() + ") cannot be used: cuDNN 9 refused cudnnCreate: "
                + "CUDNN_STATUS_NOT_SUPPORTED (3000)", fact("convolutions", libraries(Library.AUTO, NEVER)));
        assertEquals("Vivace's kernels; NVIDIA's libraries do not run on the emulated device", fact("convolutions", Libraries.of(Library.AUTO)));
    }

    private static String fact(String name, Libraries libraries) {
        return GpuFacts.libraries(libraries, 0).get(name);
    }

    @Test
    void smallOperationsStayOurs() {
        Libraries all = libraries(Library.VENDOR, NEVER);
        assertEquals(List.of("Linear"), run(PRODUCT, new Libraries(all.library(), all.found(), all.folder(), NEVER, 40 * 33 * 200 + 1)));
        OpCase few = OpCase.of("product of 16 rows", o -> new Linear(o.normal(16, 33), o.matrix(200, 33), null, null, Activation.NONE)).runs(3);
        assertEquals(List.of("Linear"), run(few, all));
    }
}
