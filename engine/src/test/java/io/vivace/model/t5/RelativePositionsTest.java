package io.vivace.model.t5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RelativePositionsTest {

    // T5Attention._relative_position_bucket(torch.tensor([...]), True, 32, 128), transformers 5.23.0
    @Test
    void bucketsOfThePublishedModels() {
        int[] offsets = {-1000, -128, -91, -90, -64, -45, -32, -16, -12, -11, -8, -7, -1, 0, 1, 7, 8, 11, 12, 16, 32, 64, 90, 91, 128,
                1000};
        int[] buckets = {15, 15, 15, 14, 14, 12, 12, 10, 9, 8, 8, 7, 1, 0, 17, 23, 24, 24, 25, 26, 28, 30, 30, 31, 31, 31};
        assertArrayEquals(buckets, IntStream.of(offsets).map(offset -> RelativePositions.bucket(offset, 32, 128)).toArray());
    }

    @Test
    void oddNumbersOfBuckets() {
        assertArrayEquals(new int[] {0, 4, 5, 5}, IntStream.of(0, 1, 9, 50).map(offset -> RelativePositions.bucket(offset, 7,
                20)).toArray());
    }

    @Test
    void rowsAreQueries() {
        int[] all = RelativePositions.buckets(3, 32, 128);
        assertEquals(17, all[1]); // query 0, key 1
        assertEquals(1, all[3]); // query 1, key 0
    }
}
