package io.vivace.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the emulated device is trusted for: it finds bugs that were planted in kernels and in their use, and nothing in the right twins. */
class PlantedBugsTest {
    @ParameterizedTest
    @ValueSource(strings = {"plain", "sanitized", "races"})
    void emulatedDeviceFindsPlantedBugs(String build) throws Exception {
        Process process = new ProcessBuilder("emulator/planted/check", build).redirectErrorStream(true).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        int status = process.waitFor();
        assumeTrue(status != 3, () -> "SKIPPED: planted bugs on the emulated device. " + String.join("\n", lines));
        assertEquals(List.of(), lines.stream().filter(line -> line.endsWith("UNEXPECTED")).toList());
        assertEquals(0, status, () -> String.join("\n", lines));
        assertTrue(lines.stream().anyMatch(line -> line.endsWith("\tright")), "nothing has run");
    }
}
