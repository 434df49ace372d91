package io.vivace.benchmarks.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.JsonReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Packs the bundle, unpacks it elsewhere, and rehearses its whole run on the emulated device. */
@EnabledOnOs(OS.LINUX)
class BundleIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final long MOST_BYTES = 60_000_000;

    @TempDir Path folder;

    /** @return what it said, after its status as the first line */
    private List<String> said(String... command) throws Exception {
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().remove("LD_LIBRARY_PATH");
        Process process = builder.start();
        List<String> lines = new ArrayList<>(process.inputReader().lines().toList());
        lines.addFirst("status " + process.waitFor());
        return lines;
    }

    @Test void packedAndRehearsed() throws Exception {
        List<String> device = said(ROOT.resolve("kernels/emulator/build").toString(), "plain");
        assumeTrue(!device.getFirst().equals("status 3"), () -> "SKIPPED: rehearsal of the bundle for GPUs. " + device);
        Path packed = folder.resolve("packed.tar.gz");
        List<String> bundle = said(ROOT.resolve("benchmarks/gpu/bundle").toString(), "--built", packed.toString());
        assertEquals("status 0", bundle.getFirst(), bundle.toString());
        assertTrue(Files.size(packed) <= MOST_BYTES, Files.size(packed) + " bytes");
        assertEquals(List.of("status 0"), said("tar", "xzf", packed.toString()));

        String emulator = ROOT.resolve("kernels/emulator/run").toString();
        List<String> refused = said(emulator, "vivace-gpu/run", "refused");
        assertEquals("status 2", refused.getFirst(), refused.toString());
        assertTrue(refused.getLast().startsWith("The device is Vivace emulated device, which is no GPU"), refused.toString());
        assertFalse(Files.exists(folder.resolve("refused")));

        List<String> run = said(emulator, "vivace-gpu/run", "--rehearse", "out");
        assertEquals("status 0", run.getFirst(), String.join("\n", run));
        ObjectNode results = JsonReader.read("rehearsal.json", Files.readAllBytes(folder.resolve("out/rehearsal.json")));
        assertFalse(results.flag("gpu"));
        for (ObjectNode phase : results.array("phases").objects()) {
            String status = phase.text("status");
            boolean optional = List.of("pytorch", "transformers", "sanitizer").contains(phase.text("name")) && status.equals("skipped");
            assertTrue(status.equals("passed") || optional, phase.text("name") + " " + status + ": " + phase.text("reason"));
            assertTrue(optional || !phase.array("rows").elements().isEmpty(), phase.text("name") + " says nothing");
        }
        assertFalse(Files.exists(folder.resolve("out/work")));
    }
}
