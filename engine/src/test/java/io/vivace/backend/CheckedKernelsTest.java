package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every kernel, on the builds of the emulated device that look for races and for accesses out of bounds; each must be another process. */
class CheckedKernelsTest {
    private static final Path EMULATOR = Path.of("../kernels/emulator").toAbsolutePath().normalize();
    private static final Pattern KERNEL = Pattern.compile("(?m)^\\| `(\\w+)` \\|");
    private static final String LAUNCHED = "launched ";

    /** What a process said and ended with. */
    private record Said(int status, List<String> lines) {
        static Said by(String... command) throws Exception {
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().remove("LD_LIBRARY_PATH");
            Process process = builder.start();
            List<String> lines = process.inputReader().lines().toList();
            return new Said(process.waitFor(), lines);
        }

        String text() {
            return String.join("\n", lines);
        }
    }

    @Test
    void noRaces() throws Exception {
        findNothing("races");
    }

    @Test
    void nothingOutOfBounds() throws Exception {
        findNothing("sanitized");
    }

    private static void findNothing(String build) throws Exception {
        Said built = Said.by(EMULATOR.resolve("build").toString(), build);
        assumeTrue(built.status != 3, () -> "SKIPPED: kernels on the emulated device, " + build + ". " + built.text());
        assertEquals(0, built.status, built::text);
        Said ran = Said.by(command(build));
        assertEquals(0, ran.status, ran::text);
        Set<String> missing = kernels();
        ran.lines.stream().filter(line -> line.startsWith(LAUNCHED)).forEach(line -> missing.remove(line.substring(LAUNCHED.length())));
        assertEquals(Set.of(), missing, "no case of smallest-cases.txt launches these; add op cases if there are none, and choose anew as SmallestCases says");
    }

    /** Those of the epilogue run behind a library's call only, which {@code VendorTest} tests; they share and wait for nothing. */
    private static Set<String> kernels() throws IOException {
        return KERNEL.matcher(Files.readString(Path.of("../docs/kernel-resources.md"))).results().map((MatchResult kernel) -> kernel.group(1))
                .filter(kernel -> !kernel.startsWith("epilogue_"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String[] command(String build) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new String[] {EMULATOR.resolve("run").toString(), "--" + build, java, "-XX:+UseSerialGC", "-Xmx1g", "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED", "-cp", classPath(), "io.vivace.backend.SmallestCases", "run"};
    }

    /** Of this process: its modules and its class path, tests and their resources included. */
    private static String classPath() {
        return Stream.of("target/test-classes", System.getProperty("jdk.module.path", ""), System.getProperty("java.class.path"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
