package io.vivace.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.DeviceFailed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test void whatIsBeyondTheClipIsCutOffWhereverPiecesEnd() {
        var whole = new float[2][5];
        var samples = new Samples(5, Samples.gathering(whole));
        for (float first : new float[] {1, 4, 7}) samples.give(new float[][] {{first, first + 1, first + 2}, {-first, -first - 1, -first - 2}});
        assertArrayEquals(new float[][] {{1, 2, 3, 4, 5}, {-1, -2, -3, -4, -5}}, whole);
    }

    @Test void nothingIsGivenWhereNothingIsLeft() {
        List<float[][]> pieces = new ArrayList<>();
        var samples = new Samples(2, pieces::add);
        samples.give(new float[][] {{}});
        samples.give(new float[][] {{1, 2, 3}});
        samples.give(new float[][] {{4}});
        assertEquals(1, pieces.size());
    }

    @Test void whatIsNoNumberEndsTheRunAndIsNamed() {
        var samples = new Samples(9, _ -> {});
        samples.give(new float[][] {{0, 0}, {0, 0}});
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            String message = assertThrows(DeviceFailed.class, () -> samples.give(new float[][] {{0, 0}, {0, bad}})).getMessage();
            assertTrue(message.contains(bad + " for sample 3"), message);
        }
    }
}
