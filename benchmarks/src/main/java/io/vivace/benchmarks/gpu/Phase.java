package io.vivace.benchmarks.gpu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One part of the bundle's run: a process that prints rows.
 *
 * @param name     of its files
 * @param seconds  that it may take, and more where phases before it took less
 * @param demanded whether the run fails where it does not pass
 * @param command  the process
 */
record Phase(String name, int seconds, boolean demanded, List<String> command) {
    /** Of all phases together, a little below nine minutes. */
    static final int TOTAL_SECONDS = 530;

    /**
     * All phases, what must be right first. Those that compare with PyTorch and compute-sanitizer leave themselves out where there is none.
     *
     * @param bundle the unpacked bundle
     * @param out    where the results go, and the model that is made on the way
     * @param small  sizes that an emulated device can bear
     */
    static List<Phase> all(Path bundle, Path out, boolean small) {
        List<Phase> all = new ArrayList<>();
        String work = out.resolve("work").toString(), tokenizer = bundle.resolve("tokenizer").toString(), golden = bundle.resolve("golden").toString();
        List<String> smaller = small ? List.of("small") : List.of();
        all.add(new Phase("machine", 10, true, java(Machine.class.getName(), List.of())));
        all.add(new Phase("conformance", 110, true, java("io.vivace.backend.Conformance", List.of("cases"), smaller)));
        all.add(new Phase("twins", 60, true, java("io.vivace.backend.Conformance", List.of("twins"), smaller)));
        all.add(new Phase("parity", 60, true, java(ParityCases.class.getName(), smaller, List.of(golden))));
        all.add(new Phase("model", 25, true, java(ModelRuns.class.getName(), List.of("make", work, tokenizer), smaller)));
        all.add(new Phase("sameness", 20, true, java(ModelRuns.class.getName(), List.of("same", work, tokenizer), smaller)));
        all.add(new Phase("floors", 10, false, java(Floors.class.getName(), smaller)));
        all.add(new Phase("kernels", 70, false, java(KernelBenches.class.getName(), smaller)));
        all.add(new Phase("speed", 50, false, java(ModelRuns.class.getName(), List.of("speed", work, tokenizer), smaller)));
        all.add(new Phase("cold", 15, false, java(ModelRuns.class.getName(), List.of("cold", work, tokenizer), smaller)));
        all.add(new Phase("pytorch", 30, false, python(bundle, List.of("kernels", out.resolve("kernels.jsonl").toString()), smaller)));
        all.add(new Phase("transformers", 30, false, python(bundle, List.of("musicgen", work + (small ? "/tiny" : "/model")), smaller)));
        List<String> checked = java("io.vivace.backend.SmallestCases", List.of("run"));
        all.add(new Phase("sanitizer", 40, true, java(Sanitizer.class.getName(), List.of("12"), checked)));
        return all;
    }

    @SafeVarargs
    private static List<String> java(String main, List<String>... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:MaxRAMPercentage=50", "-XX:-UsePerfData", "-Dstdout.encoding=UTF-8", "--add-modules", "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), main));
        for (List<String> part : arguments) command.addAll(part);
        return command;
    }

    private static List<String> python(Path bundle, List<String> arguments, List<String> smaller) {
        List<String> command = new ArrayList<>(List.of("python3", bundle.resolve("compare.py").toString()));
        command.addAll(arguments);
        command.addAll(smaller);
        return command;
    }
}
