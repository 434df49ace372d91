package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.backend.Backends;
import io.vivace.weights.Json.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told without composing: inspect, plan, doctor. */
class InspectPlanDoctorTest extends CommandCase {
    @Test void inspectTellsWhatIsInside() {
        String text = Run.of("inspect", model(), "--tensors", "--verify").succeeds().text();
        assertTrue(text.contains("musicgen") && text.contains("check sums right") && text.contains("decoder.heads"), text);
        ObjectNode document = json(Run.of("inspect", model(), "--json", "--tensors").succeeds().out());
        assertEquals("musicgen", document.text("family"));
        assertEquals(document.integer("tensorCount", 1, 1000), document.array("tensors").elements().size());
        assertTrue(document.object("provenance").array("inputs").elements().size() > 0);
    }

    @Test void planCountsBytesAndPasses() {
        ObjectNode one = json(Run.of("plan", "-m", model(), "--seconds", "30", "--json").succeeds().out());
        ObjectNode four = json(Run.of("plan", "-m", model(), "--seconds", "30", "--batch", "4", "--json").succeeds().out());
        assertEquals(625 * 30, one.integer("musicLmPasses", 0, 1 << 20));
        assertTrue(one.integer("allPasses", 1, 1 << 20) >= 1500);
        assertTrue(four.size("stateBytes") > 3 * one.size("stateBytes"));
        assertEquals(one.size("weightBytes"), four.size("weightBytes"));
        assertTrue(Run.of("plan", "-m", model()).succeeds().text().contains("MusicLM"));
    }

    @Test void doctorComposes() {
        String text = Run.of("doctor", "-m", model(), "--library", "ours").succeeds().text();
        assertTrue(text.contains("composed 1 s") && text.contains("jdk") && text.contains("gpu"), text);
        assertEquals(Backends.gpu(), text.contains("products     Vivace's kernels") && text.contains("convolutions Vivace's kernels"), text);
        assertTrue(json(Run.of("doctor", "-m", model(), "--json").succeeds().out()).text("jdk").contains("25"));
    }

    @Test void doctorKnowsTheVersionsThatCorruptTheHeap() {
        for (String bad : List.of("25", "25.0.1", "25.0.2+10")) assertTrue(DoctorCommand.corruptsHeap(Runtime.Version.parse(bad)), bad);
        for (String good : List.of("25.0.3+9", "25.0.4", "26", "27.0.1")) assertFalse(DoctorCommand.corruptsHeap(Runtime.Version.parse(good)), good);
    }
}
