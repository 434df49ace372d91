package io.vivace.benchmarks.gpu;

import io.vivace.bindings.cuda.Driver;
import io.vivace.weights.Json;
import io.vivace.weights.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code run} in the bundle does: one phase after the other, each a process with a time of its own, in less than nine minutes. After each the results are
 * written, so that nothing is lost whatever comes next. Ends with status 1 where something is wrong, 2 where it cannot run at all.
 */
public final class Bundle {
    private static final int WRONG = 1, CANNOT = 2;

    private Bundle() {}

    /** {@code [--rehearse] [OUT]}; the folder of the bundle is in the property vivace.bundle. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> given = new ArrayList<>(List.of(arguments));
        boolean rehearsal = given.remove("--rehearse");
        if (given.size() > 1 || given.stream().anyMatch(argument -> argument.startsWith("-"))) refuse("Usage: run [--rehearse] [FOLDER FOR THE RESULTS]");
        if (!Driver.present()) refuse(Driver.whyAbsent() + " The bundle measures a GPU.");
        if (Driver.emulated() && !rehearsal) {
            refuse("The device is " + Driver.deviceName(0) + ", which is no GPU: nothing measured on it is a result. Give --rehearse to rehearse.");
        }
        Path out = Path.of(given.isEmpty() ? "out" : given.getFirst()).toAbsolutePath();
        Files.createDirectories(out.resolve("work"));
        List<Phase> phases = Phase.all(Path.of(System.getProperty("vivace.bundle")), out, rehearsal);
        System.exit(run(phases, out, rehearsal, Driver.deviceName(0), Phase.TOTAL_SECONDS) ? 0 : WRONG);
    }

    private static void refuse(String why) {
        System.err.println(why);
        System.exit(CANNOT);
    }

    /** @return whether everything demanded is right */
    static boolean run(List<Phase> phases, Path out, boolean rehearsal, String device, double seconds) throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < phases.size(); i++) {
            Phase phase = phases.get(i);
            double left = seconds - (System.nanoTime() - start) * 1e-9, later = phases.subList(i + 1, phases.size()).stream().mapToInt(Phase::seconds).sum();
            Outcome outcome = Outcome.of(phase, out, Math.max(1, Math.min(left, Math.max(phase.seconds(), left - later))));
            outcomes.add(outcome);
            System.out.printf(Locale.ROOT, "%-13s %-12s %6.1f s  %s%n", phase.name(), outcome.status().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    outcome.seconds(), outcome.reason());
            outcome.wrong().stream().limit(10).forEach(wrong -> System.out.println("              " + wrong));
            write(outcomes, out, rehearsal, device, phases.size());
        }
        delete(out.resolve("work"));
        boolean right = outcomes.stream().noneMatch(Outcome::fatal);
        System.out.println(Page.verdict(outcomes, rehearsal, device, phases.size()));
        return right;
    }

    /** A rehearsal has other names, so that nobody takes it for results. */
    private static void write(List<Outcome> outcomes, Path out, boolean rehearsal, String device, int phases) throws IOException {
        String name = rehearsal ? "rehearsal" : "results";
        var document = Json.of(name, Rows.of("device", device, "rehearsal", rehearsal, "gpu", !rehearsal, "complete", outcomes.size() == phases, "right",
                outcomes.stream().noneMatch(Outcome::fatal), "phases", outcomes.stream().map(Outcome::document).toList()));
        replace(out.resolve(name + ".json"), JsonWriter.write(document));
        replace(out.resolve(name + ".md"), Page.of(outcomes, rehearsal, device, phases).getBytes(StandardCharsets.UTF_8));
    }

    /** Whole or not at all. */
    private static void replace(Path file, byte[] bytes) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, bytes);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) return;
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
