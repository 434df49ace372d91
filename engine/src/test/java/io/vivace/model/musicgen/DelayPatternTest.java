package io.vivace.model.musicgen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DelayPatternTest {
    private static final int PAD = 9;

    /** The rows of arXiv 2306.05284, figure 1, "delay", for four codebooks and three frames of which one is known. */
    @Test
    void codebooksRunBehind() {
        var pattern = new DelayPattern(new int[] {0, 1, 2, 3}, PAD);
        assertEquals(7, pattern.columns(3));
        assertArrayEquals(new String[] {"9 1 -1 -1 9 9 9", "9 9 2 -1 -1 9 9", "9 9 9 3 -1 -1 9", "9 9 9 9 4 -1 -1"},
                rows(pattern, new int[][] {{1}, {2}, {3}, {4}}, 3));
        assertEquals(-1, pattern.completed(3));
        assertEquals(2, pattern.completed(6));
    }

    @Test
    void bothChannelsOfAStereoModelShareADelay() {
        var pattern = new DelayPattern(new int[] {0, 0, 1, 1}, PAD);
        assertEquals(4, pattern.columns(2));
        assertArrayEquals(new String[] {"9 -1 -1 9", "9 -1 -1 9", "9 9 -1 -1", "9 9 -1 -1"}, rows(pattern, new int[4][0], 2));
    }

    private static String[] rows(DelayPattern pattern, int[][] prompt, int frames) {
        int columns = pattern.columns(frames), codebooks = pattern.codebooks();
        var forced = new int[columns * codebooks];
        pattern.forced(prompt, frames, forced, 0);
        var rows = new String[codebooks];
        Arrays.fill(rows, "");
        for (int i = 0; i < forced.length; i++) rows[i % codebooks] += (i < codebooks ? "" : " ") + forced[i];
        return rows;
    }
}
