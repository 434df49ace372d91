package io.vivace.model.ssmttm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.model.ssmttm.Block.Part;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into the language model, and what comes out of it. */
class ColumnsTest {

    /** Codebook k drops its first k columns; pieces give the frames of the whole, each as soon as it is complete. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 64})
    void framesAreTakenOutOfTheDelay(int piece) {
        int codebooks = 3, columns = 20;
        var undelay = new Undelay(2, codebooks);
        int frame = 0;
        for (int from = 0; from < columns; from += piece) {
            int to = Math.min(columns, from + piece);
            int[][][] frames = undelay.frames(columns(2, codebooks, from, to));
            int ready = frames[0][0].length;
            for (int b = 0; b < 2; b++) {
                for (int k = 0; k < codebooks; k++) {
                    assertEquals(ready, frames[b][k].length);
                    for (int i = 0; i < ready; i++) assertEquals(1000 * b + 100 * k + frame + i + k, frames[b][k][i]);
                }
            }
            frame += ready;
            assertEquals(Math.max(0, to - codebooks + 1), frame);
        }
    }

    private static int[][][] columns(int batch, int codebooks, int from, int to) {
        var columns = new int[batch][codebooks][to - from];
        for (int b = 0; b < batch; b++) {
            for (int k = 0; k < codebooks; k++) {
                int base = 1000 * b + 100 * k + from;
                Arrays.setAll(columns[b][k], i -> base + i);
            }
        }
        return columns;
    }

    /** Pads up to the longest of the batch, then the end of text up to the least length; the mask shows neither. */
    @Test
    void textsAreFilledInTwoWays() {
        LmConfig config = new LmConfig(8, 1025, 1024, 1, 1, 16, null, List.of(), false, 4, 6, 1);
        TextRows rows = TextRows.of(new int[] {9, 1}, 4, config);
        assertArrayEquals(new int[] {9, 1, 0, 0, 1, 1}, rows.ids());
        assertArrayEquals(new int[] {1, 1, 0, 0, 0, 0}, rows.mask());
        TextRows longer = TextRows.of(new int[] {1}, 7, config);
        assertArrayEquals(new int[] {1, 0, 0, 0, 0, 0, 0}, longer.ids());
    }

    @Test
    void positionsAreCosinesThenSines() {
        float[] table = Sinusoids.of(100, 2, 6).floats();
        for (int p = 0; p < 2; p++) {
            for (int i = 0; i < 3; i++) {
                double phase = (100 + p) / Math.pow(10000, i / 2.0);
                assertEquals(Math.cos(phase), table[p * 6 + i], 1e-5);
                assertEquals(Math.sin(phase), table[p * 6 + 3 + i], 1e-5);
            }
        }
    }

    @Test
    void everyBlockHasANameAndPartsOfItsOwn() {
        var parts = new HashSet<Set<Part>>();
        for (Block block : Block.ALL) {
            assertTrue(parts.add(block.parts()));
            assertEquals(block, Block.named(block.name()).orElseThrow());
            assertEquals(block, Block.of(block.parts()).orElseThrow());
        }
        assertTrue(Block.of(Set.of(Part.GATE)).isEmpty() && Block.named("perceiver").isEmpty());
    }
}
