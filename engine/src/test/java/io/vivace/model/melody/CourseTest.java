package io.vivace.model.melody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.model.melody.Course.Window;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CourseTest {
    /** 48 frames a window, 12 a chunk, 3 a token. */
    private static final SemanticConfig SEMANTIC = new SemanticConfig(40, 16, 3, 4);

    @Test void aShortClipIsOneWindow() {
        assertEquals(List.of(new Window(0, 31, 0, 31, 0, 11)), Course.of(SEMANTIC, 31, 0, 31).windows());
        assertEquals(List.of(new Window(0, 31, 10, 31, 0, 11)), Course.of(SEMANTIC, 31, 10, 31).windows());
    }

    @Test void aLongClipGoesOnByChunksAndEndsWhereItEnds() {
        Course course = Course.of(SEMANTIC, 65, 0, 65);
        assertEquals(List.of(new Window(0, 48, 0, 48, 0, 16), new Window(12, 48, 48, 60, 4, 16), new Window(24, 41, 60, 65, 8, 14)), course.windows());
        assertEquals(22, course.tokens());
    }

    @Test void aContinuationHearsAsMuchAsALaterWindow() {
        Window first = Course.of(SEMANTIC, 200, 100, 200).windows().getFirst();
        assertEquals(new Window(64, 48, 100, 112, 0, 16), first);
    }

    @Test void aGapIsHeardFromBothSidesWhereThereAreTwo() {
        assertEquals(List.of(new Window(79, 48, 100, 106, 0, 16)), Course.of(SEMANTIC, 200, 100, 106).windows());
        assertEquals(0, Course.of(SEMANTIC, 200, 0, 6).windows().getFirst().start());
        assertEquals(158, Course.of(SEMANTIC, 200, 194, 200).windows().getFirst().start());
    }

    /** Whatever is asked: what is to be composed is composed once, in order, within the clip, from tokens that go on. */
    @Test void everyFrameIsComposedOnce() {
        var random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            var semantic = new SemanticConfig(40, 1 + random.nextInt(20), 1 + random.nextInt(7), 1 + random.nextInt(30));
            int frames = 1 + random.nextInt(400), from = random.nextInt(frames), to = from + 1 + random.nextInt(frames - from), made = from;
            Course course = Course.of(semantic, frames, from, to);
            for (Window window : course.windows()) {
                assertEquals(made, window.from());
                made = window.to();
                assertTrue(window.from() < window.to() && window.start() <= window.from() && window.to() <= window.start() + window.length(), course::toString);
                assertTrue(window.start() >= 0 && window.start() + window.length() <= frames && window.length() <= semantic.windowFrames(), course::toString);
                assertTrue(window.tokens() >= 1 && window.tokens() <= semantic.window(), course::toString);
            }
            assertEquals(to, made);
        }
    }
}
