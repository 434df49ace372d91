package io.vivace.benchmarks.gpu;

import io.vivace.VivaceException;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How a phase ended, and what it had said by then.
 *
 * @param exit   status of the process, or null where it has none
 * @param reason why it did not pass
 */
record Outcome(Phase phase, Status status, Integer exit, double seconds, String reason, List<ObjectNode> rows) {
    enum Status { PASSED, FAILED, SKIPPED, OUT_OF_TIME }

    private static final int LAST_LINES = 5;

    /** Runs a phase; its rows go to NAME.jsonl, what it says otherwise to NAME.log. */
    static Outcome of(Phase phase, Path out, double limit) throws IOException, InterruptedException {
        Path said = out.resolve(phase.name() + ".jsonl"), log = out.resolve(phase.name() + ".log");
        long start = System.nanoTime();
        Process process;
        try {
            process = new ProcessBuilder(phase.command()).redirectOutput(said.toFile()).redirectError(log.toFile()).start();
        } catch (IOException e) {
            return new Outcome(phase, Status.SKIPPED, null, 0, phase.command().getFirst() + " is not installed", List.of());
        }
        boolean ended = process.waitFor((long) (limit * 1000), TimeUnit.MILLISECONDS);
        if (!ended) end(process);
        double seconds = (System.nanoTime() - start) * 1e-9;
        List<ObjectNode> rows = rows(said);
        if (!ended) return new Outcome(phase, Status.OUT_OF_TIME, null, seconds, String.format(Locale.ROOT, "ended after %.0f s", seconds), rows);
        int exit = process.exitValue();
        if (exit == Rows.SKIPPED) return new Outcome(phase, Status.SKIPPED, exit, seconds, skipped(rows), List.of());
        return new Outcome(phase, exit == 0 ? Status.PASSED : Status.FAILED, exit, seconds, exit == 0 ? "" : "status " + exit + "; " + last(log), rows);
    }

    private static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    /** A line that was cut off, as the last one of a process that was ended may be, is no row. */
    private static List<ObjectNode> rows(Path said) throws IOException {
        List<ObjectNode> rows = new ArrayList<>();
        for (String line : new String(Files.readAllBytes(said), StandardCharsets.UTF_8).lines().toList()) {
            if (!line.startsWith("{")) continue;
            try {
                rows.add(JsonReader.read(said.getFileName().toString(), line.getBytes(StandardCharsets.UTF_8)));
            } catch (VivaceException e) {
                System.err.println(said + " has a line that is no row: " + e.getMessage());
            }
        }
        return rows;
    }

    private static String skipped(List<ObjectNode> rows) {
        return rows.stream().map(row -> row.text("skipped", "")).filter(text -> !text.isEmpty()).findFirst().orElse("it says not why");
    }

    private static String last(Path log) throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("WARNING: ")).toList();
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    boolean passed() {
        return status == Status.PASSED;
    }

    /** Whether the whole run fails for it. */
    boolean fatal() {
        return phase.demanded() && (status == Status.FAILED || status == Status.OUT_OF_TIME);
    }

    /** What rows call wrong. */
    List<String> wrong() {
        return rows.stream().filter(row -> row.has("wrong")).flatMap(row -> row.array("wrong").texts().stream()).toList();
    }

    Json document() {
        return Json.of("phase", Map.of("name", phase.name(), "status", status.name().toLowerCase(Locale.ROOT), "exit", exit == null ? -1 : exit, "seconds",
                seconds, "reason", reason, "rows", rows));
    }
}
