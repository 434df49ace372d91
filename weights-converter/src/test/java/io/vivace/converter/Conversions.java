package io.vivace.converter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.VivaceException;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.ConversionRequest.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Conversions of reference checkpoints, whole or damaged, in a folder of the test's own. */
abstract class Conversions {
    @TempDir
    Path folder;

    ConversionReport convert(Path source, Path output, Dtype dtype) {
        return Converter.convert(new ConversionRequest(List.of(source), output, dtype, Parts.NONE, false, ConversionRequest.Progress.NONE));
    }

    /** A copy of a golden checkpoint that a test may damage. */
    Path copy(String area, String name) throws IOException {
        Path to = folder.resolve("checkpoint");
        Path from = Golden.checkpoint(area, name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return to;
    }

    <E extends VivaceException> String refusal(Class<E> kind, Path source) throws IOException {
        Path output = folder.resolve("out.viv");
        String message = assertThrows(kind, () -> convert(source, output, Dtype.F32)).getMessage();
        assertTrue(message.endsWith(".") && !message.contains("\n"), message);
        assertNothingLeft(output);
        return message;
    }

    static void assertNothingLeft(Path output) throws IOException {
        try (Stream<Path> files = Files.list(output.getParent())) {
            assertEquals(List.of(), files.filter(f -> f.toString().endsWith(".part") || f.equals(output)).toList());
        }
    }

    static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder).sorted(java.util.Comparator.reverseOrder())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
