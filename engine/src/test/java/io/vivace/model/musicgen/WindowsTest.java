package io.vivace.model.musicgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.model.musicgen.Windows.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowsTest {

    /** The published models: 30 s at 50 frames a second, stride 18 s. */
    @Test
    void aMinuteTakesThreeWindows() {
        assertEquals(List.of(new Window(0, 0, 1500), new Window(900, 600, 1500), new Window(1800, 600, 1200)),
                Windows.of(1500).cover(0, 3000));
    }

    @Test
    void whatFitsTakesOne() {
        assertEquals(List.of(new Window(0, 0, 1500)), Windows.of(1500).cover(0, 1500));
        assertEquals(List.of(new Window(0, 300, 1000)), Windows.of(1500).cover(300, 1000));
    }

    @Test
    void aKnownStartLongerThanAWindowIsHeardFromItsEnd() {
        assertEquals(List.of(new Window(0, 700, 1500), new Window(900, 600, 1100)), Windows.of(1500).cover(700, 2000));
        assertEquals(List.of(new Window(1400, 600, 1500), new Window(2300, 600, 800)), Windows.of(1500).cover(2000, 3100));
    }

    @Test
    void everyFrameIsMadeOnceByAWindowThatKnowsAllBefore() {
        for (int frames = 2; frames < 12; frames++) {
            for (int total = 1; total < 40; total++) {
                for (int known = 0; known < total; known++) {
                    int end = known;
                    for (Window window : Windows.of(frames).cover(known, total)) {
                        assertEquals(end, window.start() + window.prompt());
                        assertTrue(window.start() >= 0 && window.frames() > window.prompt() && window.frames() <= frames);
                        end = window.start() + window.frames();
                    }
                    assertEquals(total, end);
                }
            }
        }
    }
}
