package io.vivace.benchmarks.gpu;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The phase "sanitizer": every kernel once under the tools of compute-sanitizer, where that is installed. Arguments: seconds a tool, then the command. */
final class Sanitizer {
    private static final List<String> TOOLS = List.of("memcheck", "racecheck", "synccheck");
    private static final int FOUND = 9;

    private Sanitizer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path tool = find();
        if (tool == null) Rows.skip("compute-sanitizer is not installed");
        boolean found = false;
        for (String name : TOOLS) found |= found(tool, name, Integer.parseInt(arguments[0]), List.of(arguments).subList(1, arguments.length));
        System.exit(found ? 1 : 0);
    }

    private static Path find() throws IOException {
        List<Path> folders = new ArrayList<>(Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).map(Path::of).toList());
        if (Files.isDirectory(Path.of("/usr/local"))) {
            try (DirectoryStream<Path> installed = Files.newDirectoryStream(Path.of("/usr/local"), "cuda*")) {
                installed.forEach(folder -> folders.add(folder.resolve("bin")));
            }
        }
        return folders.stream().map(folder -> folder.resolve("compute-sanitizer")).filter(Files::isExecutable).findFirst().orElse(null);
    }

    private static boolean found(Path tool, String name, int seconds, List<String> program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tool.toString(), "--tool", name, "--error-exitcode", "" + FOUND));
        command.addAll(program);
        Path output = Files.createTempFile("compute-sanitizer", ".txt");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        List<String> lines = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("=====")).limit(40).toList();
        Files.delete(output);
        boolean wrong = ended && process.exitValue() != 0;
        Rows.print(Rows.of("tool", name, "ended", ended, "status", ended ? process.exitValue() : null, "lines", lines, "wrong",
                wrong ? List.of(name + " ended with status " + process.exitValue()) : List.of()));
        return wrong;
    }
}
