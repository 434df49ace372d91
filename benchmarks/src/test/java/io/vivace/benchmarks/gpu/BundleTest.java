package io.vivace.benchmarks.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The order of things in the bundle, with phases that a shell makes up. */
@DisabledOnOs(OS.WINDOWS)
class BundleTest {
    @TempDir Path out;

    private static Phase phase(String name, boolean demanded, String script) {
        return new Phase(name, 2, demanded, List.of("sh", "-c", script));
    }

    private boolean run(boolean rehearsal, Phase... phases) throws Exception {
        return Bundle.run(List.of(phases), out, rehearsal, "a device", 2.0 * phases.length);
    }

    private ObjectNode results(String name) throws IOException {
        return JsonReader.read(name, Files.readAllBytes(out.resolve(name)));
    }

    private List<String> statuses() throws IOException {
        return results("results.json").array("phases").objects().stream().map(phase -> phase.text("status")).toList();
    }

    @Test void aPhaseThatFailsOrIsEndedKeepsItsRowsAndTheOthersGoOn() throws Exception {
        assertTrue(run(false, phase("a", true, "echo '{\"what\":1}'"), phase("b", false, "echo '{\"wrong\":[\"a bug\"]}'; echo why >&2; exit 4"),
                phase("c", false, "echo '{\"what\":2}'; printf '{\"cut'; exec sleep 100"), phase("d", true, "echo '{\"skipped\":\"no such tool\"}'; exit 3")));
        assertEquals(List.of("passed", "failed", "out_of_time", "skipped"), statuses());
        List<ObjectNode> phases = results("results.json").array("phases").objects();
        assertEquals("status 4; why", phases.get(1).text("reason"));
        assertEquals(1, phases.get(2).array("rows").objects().size());
        assertEquals("no such tool", phases.get(3).text("reason"));
        assertTrue(Files.readString(out.resolve("results.md")).contains("* a bug"));
    }

    @Test void whatIsDemandedDecides() throws Exception {
        assertFalse(run(false, phase("a", true, "exit 1"), phase("b", true, "true")));
        assertEquals(List.of("failed", "passed"), statuses());
        assertFalse(results("results.json").flag("right"));
        assertFalse(run(false, phase("late", true, "exec sleep 100")));
    }

    @Test void theWholeIsEndedInTime() throws Exception {
        long start = System.nanoTime();
        Bundle.run(Stream.generate(() -> phase("a", false, "exec sleep 100")).limit(3).toList(), out, false, "a device", 2);
        assertTrue((System.nanoTime() - start) * 1e-9 < 20);
        assertEquals(List.of("out_of_time", "out_of_time", "out_of_time"), statuses());
    }

    @Test void aRehearsalIsNoResult() throws Exception {
        run(true, phase("a", true, "true"));
        assertFalse(Files.exists(out.resolve("results.json")) || Files.exists(out.resolve("results.md")));
        assertTrue(results("rehearsal.json").flag("rehearsal"));
        assertFalse(results("rehearsal.json").flag("gpu"));
        assertTrue(Files.readString(out.resolve("rehearsal.md")).startsWith("# REHEARSAL, no result: a device"));
    }

    @Test void aProgramThatIsNotThereIsLeftOut() throws Exception {
        assertTrue(run(false, new Phase("a", 2, true, List.of("there-is-no-such-program"))));
        assertEquals(List.of("skipped"), statuses());
    }

    @Test void allPhasesFitIntoNineMinutes() {
        for (boolean small : new boolean[] {false, true}) {
            List<Phase> phases = Phase.all(Path.of("bundle"), Path.of("out"), small);
            assertTrue(phases.stream().mapToInt(Phase::seconds).sum() <= Phase.TOTAL_SECONDS);
            assertEquals(phases.size(), phases.stream().map(Phase::name).distinct().count());
        }
        assertTrue(Phase.TOTAL_SECONDS < 9 * 60);
    }

    /** What is committed as measured on a GPU was. */
    @Test void noRehearsalLiesAmongTheResults() throws IOException {
        Path results = Path.of("results/gpu");
        try (Stream<Path> files = Files.walk(results)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                assertFalse(text.contains("\"rehearsal\":true") || text.contains("REHEARSAL"), file.toString());
            }
        }
    }
}
