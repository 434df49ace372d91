package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Library;
import io.vivace.Profile;
import io.vivace.backend.cuda.CudaBackend;
import io.vivace.backend.cuda.GpuFacts;
import io.vivace.backend.cuda.Libraries;
import io.vivace.graph.Activation;
import io.vivace.graph.Linear;
import io.vivace.graph.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose kernels are chosen, and that it is remembered and told. */
class VendorChoiceTest extends VendorCase {
    @Test
    void theFasterOneIsTakenAndRemembered() {
        assertEquals(List.of("Linear by cuBLASLt 13"), run(PRODUCT, libraries(Library.AUTO, faster(true))));
        assertEquals(List.of("Linear by cuBLASLt 13"), run(PRODUCT, libraries(Library.AUTO, NEVER)));
        assertEquals(List.of("Conv1d"), run(CONVOLUTION, libraries(Library.AUTO, faster(false))));
        assertEquals(List.of("Conv1d"), run(CONVOLUTION, libraries(Library.AUTO, NEVER)));
    }

    /** Nothing of what was tried is left over, and what was measured is what runs. */
    @Test
    void theRunThatMeasuresComputesWhatTheNextOneDoes() {
        for (OpCase c : CHAINS) {
            List<Map<String, Tensor>> measured, remembered;
            try (Backend backend = open(libraries(Library.AUTO, faster(true)), true)) {
                measured = c.run(backend);
            }
            try (Backend backend = open(libraries(Library.AUTO, NEVER), true)) {
                remembered = c.run(backend);
            }
            assertArrayEquals(measured.getFirst().get("result").floats(), remembered.getFirst().get("result").floats());
        }
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
            Files.writeString(file, text, StandardCharsets.ISO_8859_1);
            assertEquals(List.of("Linear"), run(PRODUCT, libraries(Library.AUTO, faster(false))), text);
            assertEquals(List.of("Linear"), run(PRODUCT, libraries(Library.AUTO, NEVER)), text);
        }
    }

    @Test
    void aFileThatCannotBeWritten() throws IOException {
        run(PRODUCT, libraries(Library.AUTO, faster(true)));
        Path file = file();
        Files.delete(file);
        Files.createDirectory(file);
        var stopwatch = new Stopwatch();
        try (Backend backend = new CudaBackend(0, false, stopwatch, libraries(Library.AUTO, faster(true)))) {
            PRODUCT.run(backend);
            PRODUCT.run(backend);
        }
        assertEquals(List.of("Linear"), stopwatch.rows().stream().map(Profile.Row::operation).toList(), "what is not remembered does not count");
        assertEquals(List.of("Linear"), run(PRODUCT, libraries(Library.AUTO, faster(true))));
        Files.delete(file);
        assertEquals(List.of("Linear by cuBLASLt 13"), run(PRODUCT, libraries(Library.AUTO, faster(true))), "it can be again");
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
    void whoComputesIsTold() {
        String found = "cuBLASLt 13, version 13.0.2, in " + products.installation().path() + "; ";
        assertEquals(found + "measured against Vivace's kernels when it is first needed, which was not yet", fact("products", libraries(Library.AUTO, NEVER)));
        run(PRODUCT, libraries(Library.AUTO, faster(true)));
        OpCase other = OpCase.of("another product", o -> new Linear(o.normal(99, 33), o.matrix(200, 33), null, null, Activation.NONE)).runs(3);
        run(other, libraries(Library.AUTO, faster(false)));
        assertEquals(found + "measured faster for 1 of 2 shapes, Vivace's kernels for the others", fact("products", libraries(Library.AUTO, NEVER)));
        assertEquals(found + "as asked for, where it has a kernel", fact("products", libraries(Library.VENDOR, NEVER)));
        assertEquals("Vivace's kernels, whose results do not depend on what is installed; --library auto measures NVIDIA's against them", fact("products", libraries(Library.OURS, NEVER)));
        convolutions.fail("cudnnCreate", 3000);
        assertEquals("Vivace's kernels: cuDNN 9 (" + convolutions.installation().path() + ") cannot be used: cuDNN 9 refused cudnnCreate: "
                + "CUDNN_STATUS_NOT_SUPPORTED (3000)", fact("convolutions", libraries(Library.AUTO, NEVER)));
        assertEquals("Vivace's kernels; NVIDIA's libraries do not run on the emulated device", fact("convolutions", Libraries.of(Library.AUTO)));
    }

    private static String fact(String name, Libraries libraries) {
        return GpuFacts.libraries(libraries, 0).get(name);
    }
}
