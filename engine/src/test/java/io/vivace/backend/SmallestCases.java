package io.vivace.backend;

import io.vivace.backend.cuda.CudaBackend;
import io.vivace.bindings.cuda.Driver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Cases that launch every kernel at least once and cost little: for checkers that make a kernel a hundred times slower. The list lies in
 * smallest-cases.txt, a line a case: precision, tab, name.
 */
public final class SmallestCases {
    private static final String LIST = "smallest-cases.txt";
    private static final int LEAST = 400;

    private SmallestCases() {}

    private record Chosen(boolean narrow, OpCase test) {
        String line() {
            return precision(narrow) + "\t" + test.name();
        }
    }

    /**
     * {@code choose} prints the list anew, on the emulated device; {@code run} runs it on any device, prints what is wrong, and ends with status 1
     * if something is. On the emulated device it ends with a line a kernel that was launched.
     */
    public static void main(String[] arguments) {
        switch (arguments[0]) {
            case "choose" -> choose().forEach(chosen -> System.out.println(chosen.line()));
            case "run" -> System.exit(run() ? 0 : 1);
            default -> throw new IllegalArgumentException("choose or run, not " + arguments[0]);
        }
    }

    static String precision(boolean narrow) {
        return narrow ? "bf16" : "f32";
    }

    private static List<Chosen> listed() {
        Map<String, OpCase> cases = OpTest.cases().collect(Collectors.toMap(OpCase::name, Function.identity()));
        try (InputStream in = SmallestCases.class.getResourceAsStream(LIST)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(line -> line.split("\t")).map(part -> {
                OpCase test = cases.get(part[1]);
                if (test == null) throw new IllegalStateException(LIST + " names the case \"" + part[1] + "\", which there is not; choose anew");
                return new Chosen(part[0].equals(precision(true)), test);
            }).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those of a precision. */
    static Stream<OpCase> cases(boolean narrow) {
        return listed().stream().filter(chosen -> chosen.narrow == narrow).map(Chosen::test);
    }

    private static boolean run() {
        List<String> wrong = new ArrayList<>();
        for (boolean narrow : new boolean[] {false, true}) {
            try (Backend cuda = new CudaBackend(0, narrow)) {
                for (OpCase c : cases(narrow).toList()) {
                    CpuOpTest.compare(c, c.tolerance(narrow), OpTest.expected(c), Cuda.run(c, cuda, wrong), wrong);
                }
            }
        }
        wrong.forEach(System.out::println);
        if (Driver.emulated()) EmulatedDevice.kernels().forEach(kernel -> System.out.println("launched " + kernel));
        return wrong.isEmpty();
    }

    /** Greedily, the cheapest case first, the kernels themselves do not run. */
    private static List<Chosen> choose() {
        EmulatedDevice.restart();
        EmulatedDevice.set("EXECUTION", "none");
        Map<Chosen, Set<String>> kernels = new HashMap<>();
        for (boolean narrow : new boolean[] {false, true}) {
            OpTest.cases().forEach(c -> kernels.put(new Chosen(narrow, c), launched(c, narrow)));
        }
        Map<String, Chosen> cheapest = new TreeMap<>();
        kernels.forEach((chosen, names) -> names.forEach(name -> cheapest.merge(name, chosen, (a, b) -> cheaper(a, b))));
        Set<String> missing = new TreeSet<>(cheapest.keySet());
        List<Chosen> all = new ArrayList<>();
        for (Chosen chosen : cheapest.values().stream().distinct().sorted(Comparator.comparingLong(SmallestCases::cost).reversed()).toList()) {
            if (missing.removeAll(kernels.get(chosen))) all.add(chosen);
        }
        all.sort(Comparator.comparing(Chosen::line));
        return all;
    }

    private static Set<String> launched(OpCase c, boolean narrow) {
        EmulatedDevice.restart();
        try (Backend cuda = new CudaBackend(0, narrow)) {
            c.run(cuda);
        }
        return EmulatedDevice.kernels();
    }

    private static Chosen cheaper(Chosen a, Chosen b) {
        Comparator<Chosen> order = Comparator.comparingLong(SmallestCases::cost).thenComparing(Chosen::line);
        return order.compare(a, b) <= 0 ? a : b;
    }

    /** Elements of all values, times the runs: good enough to tell small from large. What is too small to use a few warps comes last. */
    private static long cost(Chosen chosen) {
        var operands = new Operands(chosen.test.name(), chosen.test.storage());
        operands.graph().add(chosen.test.op().apply(operands));
        long elements = chosen.test.runs() * operands.graph().values().stream().mapToLong(value -> value.shape().size()).sum();
        return elements < LEAST ? Long.MAX_VALUE - elements : elements;
    }
}
