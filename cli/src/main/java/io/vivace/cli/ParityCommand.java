package io.vivace.cli;

import io.vivace.BadRequest;
import io.vivace.Cancelled;
import io.vivace.Library;
import io.vivace.Options;
import io.vivace.Precision;
import io.vivace.backend.Backend;
import io.vivace.backend.Backends;
import io.vivace.cli.parity.Case;
import io.vivace.cli.parity.Check;
import io.vivace.cli.parity.Parity;
import io.vivace.cli.parity.Parity.Result;
import io.vivace.cli.parity.Parity.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares this program with the original implementations. */
@Command(name = "parity", mixinStandardHelpOptions = true, showDefaultValues = true, versionProvider = Version.class, footer = Vivace.ENVIRONMENT,
        description = "Runs reference cases made by the original implementations and prints the error of each output. Exit status 1 if a case fails,"
                + " or none could be run.")
final class ParityCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interrupt interrupt;

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "Folders of cases, or of folders of cases.")
    private List<Path> folders;

    @Option(names = "--device", paramLabel = "NAME", defaultValue = "cpu",
            description = "cpu, cuda, cuda:N for another GPU than the first, or reference: a slow interpreter in double precision.")
    private String device;

    @Option(names = "--precision", paramLabel = "NAME", defaultValue = "f32", description = "Of the GPU: f32, or bf16, whose errors are larger.")
    private String precision;

    @Option(names = "--library", paramLabel = "NAME", defaultValue = "ours",
            description = "Whose products and convolutions run on the GPU: ours, vendor or auto.")
    private String library;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "0", description = "Threads of the CPU; 0: one a processor.")
    private int threads;

    @Mixin private Talk talk;

    ParityCommand(Terminal terminal, Interrupt interrupt) {
        this.terminal = terminal;
        this.interrupt = interrupt;
    }

    @Override public Integer call() {
        interrupt.heed();
        List<Path> cases = folders.stream().flatMap(folder -> found(folder).stream()).distinct().toList();
        var results = new ArrayList<Result>();
        try (Backend backend = Backends.open(options())) {
            if (!talk.json) terminal.print(cases.size() + " cases on " + backend.description());
            var parity = new Parity(backend);
            for (Path folder : cases) {
                if (interrupt.raised()) throw new Cancelled("cancelled after " + results.size() + " cases");
                results.add(parity.run(folder));
                if (!talk.json) print(results.getLast());
            }
        }
        if (talk.json) terminal.print(Document.json(Map.of("cases", results.stream().map(ParityCommand::document).toList())));
        else terminal.print(summary(results));
        return count(results, Verdict.FAILED) == 0 && count(results, Verdict.PASSED) > 0 ? ExitCode.OK : ExitCode.BUG;
    }

    private Options options() {
        return Options.standard().withDevice(device).withPrecision(Precision.named(precision)).withLibrary(Library.named(library)).withThreads(threads);
    }

    private static List<Path> found(Path folder) {
        List<Path> cases = Case.under(folder);
        if (cases.isEmpty()) throw new BadRequest(folder + " holds no case.json; give folders of reference cases.");
        return cases;
    }

    private void print(Result result) {
        for (Check check : result.checks()) {
            terminal.print(String.format(Locale.ROOT, "%-34s %-20s %-44s %s", result.name(), check.output(), check.says(), check.passed() ? "ok" : "FAILED"));
        }
        if (!result.reason().isEmpty()) {
            terminal.print(String.format(Locale.ROOT, "%-34s %s %s", result.name(), result.reason(),
                    result.verdict() == Verdict.SKIPPED ? "SKIPPED" : "FAILED"));
        }
    }

    private static String summary(List<Result> results) {
        long skipped = count(results, Verdict.SKIPPED);
        return count(results, Verdict.PASSED) + " passed, " + count(results, Verdict.FAILED) + " failed" + (skipped > 0 ? ", " + skipped + " skipped" : "");
    }

    private static long count(List<Result> results, Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }

    private static Map<String, Object> document(Result result) {
        return Map.of("case", result.name(), "verdict", result.verdict().name().toLowerCase(Locale.ROOT), "reason", result.reason(), "outputs",
                result.checks().stream().map(c -> Map.of("output", c.output(), "error", c.error(), "tolerance", c.tolerance(), "passed", c.passed())).toList());
    }
}
