package io.vivace.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The known answers are those of the Random123 library, tests/kat_vectors, "philox4x32 10". */
class PhiloxTest {

    @Test
    void givesTheKnownAnswers() {
        assertAnswer(new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, 0, 0, 0, 0, 0, 0);
        assertAnswer(new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, -1, -1, -1, -1, -1, -1);
        assertAnswer(new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
                0xa4093822, 0x299f31d0, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344);
    }

    private static void assertAnswer(int[] expected, int key0, int key1, int... counter) {
        Philox.generate(key0, key1, counter);
        assertArrayEquals(expected, counter);
    }

    @Test
    void uniformTakesTheCounterInTheOrderStepCodebookSample() {
        int[] words = {3, 2, 1, 0};
        Philox.generate(7, 9, words);
        assertEquals((words[0] >>> 8) / 16777216.0, Philox.uniform(7, 9, 1, 3, 2, new int[4]));
    }

    @Test
    void uniformIsEven() {
        int[] scratch = new int[4], counts = new int[16];
        int draws = 160_000;
        for (int step = 0; step < draws; step++) {
            double u = Philox.uniform(1, 0, 0, step, 0, scratch);
            assertTrue(u >= 0 && u < 1);
            counts[(int) (u * 16)]++;
        }
        double chiSquare = 0;
        for (int count : counts) chiSquare += (count - draws / 16.0) * (count - draws / 16.0) / (draws / 16.0);
        assertTrue(chiSquare < 37.7, "chi-square of 15 degrees of freedom (37.7 at 0.1 %): " + chiSquare);
    }
}
