package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operation on the CPU back end, with and without the Vector API, against the double-precision interpreter. */
class CpuOpTest {

    @ParameterizedTest(name = "scalar {0}")
    @ValueSource(booleans = {false, true})
    void agreesWithTheReference(boolean scalar) {
        List<String> wrong = new ArrayList<>();
        try (Backend cpu = new CpuBackend(2, scalar); Backend reference = new ReferenceBackend()) {
            assertEquals(!scalar, cpu.description().contains("-bit vectors"), cpu.description());
            OpTest.cases().forEach(c -> compare(c, c.tolerance(), c.run(reference), c.run(cpu), wrong));
        }
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
    }

    static void compare(OpCase c, double tolerance, List<Map<String, Tensor>> expected, List<Map<String, Tensor>> actual, List<String> wrong) {
        for (int run = 0; run < actual.size(); run++) {
            for (var result : expected.get(run).entrySet()) {
                double difference = Difference.between(result.getValue(), actual.get(run).get(result.getKey()));
                if (!(difference <= tolerance)) wrong.add(c + ": " + result.getKey() + " of run " + run + " is off by " + difference);
            }
        }
    }

    @ParameterizedTest(name = "scalar {0}")
    @ValueSource(booleans = {false, true})
    void givesTheSameBitsWithAnyNumberOfThreads(boolean scalar) {
        try (Backend one = new CpuBackend(1, scalar); Backend two = new CpuBackend(2, scalar); Backend three = new CpuBackend(3, scalar)) {
            OpTest.cases().forEach(c -> {
                List<Map<String, Tensor>> expected = c.run(one);
                assertSameBits(c, expected, c.run(two));
                assertSameBits(c, expected, c.run(three));
            });
        }
    }

    private static void assertSameBits(OpCase c, List<Map<String, Tensor>> expected, List<Map<String, Tensor>> actual) {
        for (int run = 0; run < expected.size(); run++) {
            for (var result : expected.get(run).entrySet()) {
                assertEquals(0, Difference.between(result.getValue(), actual.get(run).get(result.getKey())), c + ": " + result.getKey());
            }
        }
    }
}
