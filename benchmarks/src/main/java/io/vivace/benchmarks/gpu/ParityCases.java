package io.vivace.benchmarks.gpu;

import io.vivace.Device;
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
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The phase "parity": the command of that name with its answers as rows, over the folders that are given; "small" before them takes every tenth case. */
final class ParityCases {
    private ParityCases() {}

    public static void main(String[] arguments) {
        boolean small = arguments[0].equals("small"), failed = false;
        List<Path> cases = Stream.of(arguments).skip(small ? 1 : 0).map(Path::of).flatMap(folder -> Case.under(folder).stream()).distinct().toList();
        try (Backend cuda = Backends.open(Options.standard().withDevice(Device.CUDA).withPrecision(Precision.F32))) {
            var parity = new Parity(cuda);
            for (int i = 0; i < cases.size(); i += small ? 10 : 1) {
                Result result = parity.run(cases.get(i));
                failed |= result.verdict() == Verdict.FAILED;
                print(result);
            }
        }
        System.exit(failed ? 1 : 0);
    }

    private static void print(Result result) {
        double worst = result.checks().stream().mapToDouble(Check::error).max().orElse(0);
        List<String> wrong = Stream.concat(result.checks().stream().filter(check -> !check.passed()).map(check -> result.name() + " " + check.output() + " "
                + check.says()), result.verdict() == Verdict.FAILED && !result.reason().isEmpty()
                ? Stream.of(result.name() + ": " + result.reason()) : Stream.of())
                .toList();
        Rows.print(Rows.of("case", result.name(), "verdict", result.verdict().name().toLowerCase(Locale.ROOT), "worst", worst, "reason", result.reason(),
                "wrong", wrong));
    }
}
