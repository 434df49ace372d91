package io.vivace.cli;

import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Commands from their arguments to their files, in this process, with the small MusicGen of demo/checkpoint. */
abstract class CommandCase {
    @TempDir static Path models;
    @TempDir Path folder;

    @BeforeAll static void convert() {
        Run.of("convert", Repository.DEMO.toString(), "-o", model()).succeeds();
    }

    static String model() {
        return models.resolve("demo.viv").toString();
    }

    static Run generate(String... args) {
        return Run.of(Stream.concat(Stream.of("generate", "-m", model(), "--seconds", "0.3"), Arrays.stream(args)).toArray(String[]::new));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    static ObjectNode json(byte[] bytes) {
        return JsonReader.read("output", bytes);
    }

    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
