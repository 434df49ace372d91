package io.vivace.backend;

import io.vivace.backend.cuda.CudaBackend;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.Tensor;
import io.vivace.weights.Json;
import io.vivace.weights.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tests of operations as a program, for machines that have a GPU and nothing else: benchmarks/gpu packs it. {@code cases [small]} runs the cases of
 * all operations against the double-precision interpreter, each twice; {@code twins [small]} compares kernels that can do the same work.
 * Prints lines of JSON, and ends with status 1 if something is wrong.
 */
public final class Conformance {
    private static final String SAME_BITS = "the same bits";

    private Conformance() {}

    public static void main(String[] arguments) {
        boolean small = arguments.length > 1 && arguments[1].equals("small"), right = true;
        for (boolean narrow : new boolean[] {false, true}) {
            try (Backend cuda = new CudaBackend(0, narrow)) {
                right &= switch (arguments[0]) {
                    case "cases" -> cases(cuda, narrow, small);
                    case "twins" -> twins(cuda, narrow, small);
                    default -> throw new IllegalArgumentException("cases or twins, not " + arguments[0]);
                };
            }
        }
        System.exit(right ? 0 : 1);
    }

    /** What the cases of an operation came to. */
    private static final class Account {
        private int cases;
        private double worst;
        private String worstCase = "";
        private final List<String> wrong = new ArrayList<>();

        void add(OpCase c, double error, double tolerance) {
            if (error >= worst) {
                worst = error;
                worstCase = c.name();
            }
            if (!(error <= tolerance)) wrong.add(c + " is off by " + error + ", where " + tolerance + " is allowed");
        }
    }

    private static boolean cases(Backend cuda, boolean narrow, boolean small) {
        Map<String, List<OpCase>> operations = new LinkedHashMap<>();
        (small ? SmallestCases.cases(narrow) : OpTest.cases()).forEach(c -> {
            String title = c.op().apply(new Operands(c.name(), c.storage())).title();
            operations.computeIfAbsent(title, name -> new ArrayList<>()).add(c);
        });
        boolean right = true;
        for (var operation : operations.entrySet()) {
            var account = new Account();
            for (OpCase c : operation.getValue()) check(c, cuda, narrow, account);
            print(narrow, operation.getKey(), account);
            right &= account.wrong.isEmpty();
        }
        return right;
    }

    private static void check(OpCase c, Backend cuda, boolean narrow, Account account) {
        account.cases++;
        try {
            List<Map<String, Tensor>> expected = c.run(new ReferenceBackend()), actual = c.run(cuda);
            account.add(c, difference(expected, actual), c.tolerance(narrow));
            if (difference(actual, c.run(cuda)) != 0) account.wrong.add(c + " gives other bits the second time");
        } catch (RuntimeException e) {
            account.wrong.add(c + " fails: " + e);
        }
    }

    private static double difference(List<Map<String, Tensor>> expected, List<Map<String, Tensor>> actual) {
        double worst = 0;
        for (int run = 0; run < expected.size(); run++) {
            for (var result : expected.get(run).entrySet()) {
                worst = Math.max(worst, Difference.between(result.getValue(), actual.get(run).get(result.getKey())));
            }
        }
        return worst;
    }

    private static void print(boolean narrow, String operation, Account account) {
        print(Map.of("precision", SmallestCases.precision(narrow), "operation", operation, "cases", account.cases, "worst", finite(account.worst),
                "worst case", account.worstCase, "wrong", account.wrong));
    }

    private static boolean twins(Backend cuda, boolean narrow, boolean small) {
        boolean right = true;
        for (Twin twin : Twins.all(small)) {
            double tolerance = twin.tolerance(narrow), error;
            String wrong = "";
            try {
                error = twin.error(cuda, narrow);
                if (!(error <= tolerance)) wrong = twin.name() + " differ by " + error;
            } catch (RuntimeException e) {
                error = Double.POSITIVE_INFINITY;
                wrong = twin.name() + " fails: " + e;
            }
            print(Map.of("precision", SmallestCases.precision(narrow), "twin", twin.name(), "demanded", tolerance == 0 ? SAME_BITS : "within " + tolerance,
                    "error", finite(error), "wrong", wrong.isEmpty() ? List.of() : List.of(wrong)));
            right &= wrong.isEmpty();
        }
        return right;
    }

    /** JSON has no infinity. */
    private static double finite(double error) {
        return Double.isFinite(error) ? error : Double.MAX_VALUE;
    }

    private static void print(Map<String, ?> row) {
        System.out.println(new String(JsonWriter.write(Json.of("row", row)), StandardCharsets.UTF_8));
    }
}
