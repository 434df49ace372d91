package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.backend.Backend;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.cli.parity.Check;
import io.vivace.cli.parity.Parity;
import io.vivace.converter.ConversionRequest.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The error of narrow weights, measured, bounded, and as docs/precision.md publishes it. */
class PrecisionTest {

    @ParameterizedTest
    @CsvSource({"text/t5-v1.1,out.last_hidden_state", "musicgen/logits,out.logits", "text/gpt2-hidden,out.last_hidden_state", "text/bert,out.last_hidden_state"})
    void errorsStayBelowThePublishedBounds(String name, String output) throws IOException {
        String row = Files.readAllLines(Repository.ROOT.resolve("docs/precision.md")).stream().filter(line -> line.startsWith("| `" + name + "`")).findFirst()
                .orElseThrow(() -> new AssertionError("docs/precision.md has no row for " + name));
        double[] published = Arrays.stream(row.split("\\|")).skip(3).filter(cell -> !cell.isBlank()).mapToDouble(cell -> Double.parseDouble(cell.strip())).toArray();
        double previous = 0;
        for (Dtype dtype : Dtype.values()) {
            double error = error(Repository.GOLDEN.resolve(name), output, dtype);
            System.out.printf("%s %s %s: relative L2 %.2e%n", name, output, dtype, error);
            assertTrue(error <= published[dtype.ordinal()], dtype + ": " + error + ", published as at most " + published[dtype.ordinal()]);
            assertTrue(error > previous, dtype + " should be coarser than the type before it");
            previous = error;
        }
    }

    private static double error(Path folder, String output, Dtype dtype) {
        try (Backend backend = new CpuBackend()) {
            return new Parity(backend, dtype).run(folder).checks().stream().filter(check -> check.output().equals(output)).mapToDouble(Check::error).findFirst().orElseThrow();
        }
    }
}
