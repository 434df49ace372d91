package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.Operations;
import io.vivace.graph.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every operation, on every back end, against the double-precision interpreter. */
class OpTest {

    static Stream<OpCase> cases() {
        return Stream.of(ArithmeticCases.all(), MatrixCases.all(), AttentionCases.all(), MovementCases.all(), TokenCases.all(), StateSpaceCases.all(),
                        ProductCases.all(), BetweenCases.all())
                .flatMap(List::stream);
    }

    private static final Map<String, List<Map<String, Tensor>>> EXPECTED = new ConcurrentHashMap<>();

    /** What the double-precision interpreter gives; it runs a case once for all back ends. */
    static List<Map<String, Tensor>> expected(OpCase c) {
        return EXPECTED.computeIfAbsent(c.name(), name -> c.run(new ReferenceBackend()));
    }

    @Test
    void everyOperationHasCasesOfDifferentNames() {
        Set<String> operations = cases().map(c -> c.op().apply(new Operands(c.name(), c.storage())).title()).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Operations.names(), operations);
        Set<String> names = new HashSet<>();
        cases().forEach(c -> assertTrue(names.add(c.name()), "two cases are named " + c));
    }

    @Test
    void theReferenceGivesNumbersAndTheSameOnesTwice() {
        Backend reference = new ReferenceBackend();
        cases().forEach(c -> {
            List<Map<String, Tensor>> once = expected(c), twice = c.run(reference);
            for (int run = 0; run < once.size(); run++) {
                for (var result : once.get(run).entrySet()) {
                    assertEquals(0, Difference.between(result.getValue(), twice.get(run).get(result.getKey())), c.name());
                    if (result.getValue().floats() != null) {
                        for (float number : result.getValue().floats()) assertTrue(!Float.isNaN(number), c + " gives NaN");
                    }
                }
            }
        });
    }
}
