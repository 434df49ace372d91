package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** ./vivace as a process. */
abstract class ProcessCase {
    static final String VIVACE = Repository.ROOT.resolve("vivace").toString();

    private static final int MOST_SECONDS = 180;

    @TempDir Path folder;

    @BeforeAll static void buildWhatTheFirstUseBuilds() throws Exception {
        run(Repository.ROOT, VIVACE, "--version");
    }

    static Process start(Path where, List<String> command) throws IOException {
        var builder = new ProcessBuilder(command).directory(where.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("VIVACE_"));
        return builder.start();
    }

    static Run run(Path where, String... command) throws Exception {
        return result(start(where, List.of(command)));
    }

    private static Run result(Process process) throws Exception {
        process.getOutputStream().close();
        var err = new ArrayList<byte[]>();
        Thread reader = Thread.startVirtualThread(() -> {
            try {
                err.add(process.getErrorStream().readAllBytes());
            } catch (IOException e) {
                err.add(e.toString().getBytes(StandardCharsets.UTF_8));
            }
        });
        byte[] out = process.getInputStream().readAllBytes();
        assertTrue(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS));
        reader.join();
        return new Run(process.exitValue(), out, new String(err.getFirst(), StandardCharsets.UTF_8));
    }

    Run vivace(String... arguments) throws Exception {
        return run(folder, Stream.concat(Stream.of(VIVACE), Arrays.stream(arguments)).toArray(String[]::new));
    }

    Run shell(String script) throws Exception {
        return run(folder, "sh", "-c", script.replaceAll("VIVACE(?!_)", "'" + VIVACE + "'"));
    }

    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
