package io.vivace.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.weights.StoredTensor.Storage;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PanelsTest {

    private static float[] random(int n, long seed) {
        var random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "64,16", "65,17", "63,1", "200,33", "3,100"})
    void unpackingGivesBackWhatWasPackedWithinTheRoundingOfTheStorage(int outputs, int inputs) {
        float[] weights = random(outputs * inputs, outputs * 1000L + inputs);
        for (Storage storage : new Storage[] {Storage.FLOAT32, Storage.BFLOAT16, Storage.INT8}) {
            StoredTensor m = new MemoryWeights().matrix("m", storage, outputs, inputs, weights).get("m");
            assertEquals(Panels.bytes(storage, outputs, inputs), m.bytes().byteSize());
            assertEquals(0, m.bytes().address() % 64);
            float[] back = m.floats();
            for (int n = 0; n < outputs; n++) {
                double largest = 0;
                for (int k = 0; k < inputs; k++) {
                    largest = Math.max(largest, Math.abs(weights[n * inputs + k]));
                }
                for (int k = 0; k < inputs; k++) {
                    float want = weights[n * inputs + k];
                    double bound = switch (storage) {
                        case FLOAT32 -> 0;
                        case BFLOAT16 -> Math.abs(want) / 256;
                        default -> largest / 127 * 0.5000001;
                    };
                    assertEquals(want, back[n * inputs + k], bound);
                }
            }
        }
    }

    @Test
    void thePanelIsOneSequentialStreamOverOutputs() {
        int outputs = 70;
        int inputs = 3;
        StoredTensor m = new MemoryWeights().matrix("m", Storage.FLOAT32, outputs, inputs, random(outputs * inputs, 1)).get("m");
        float[] w = random(outputs * inputs, 1);
        for (int n = 0; n < 128; n++) {
            for (int k = 0; k < inputs; k++) {
                float stored = m.bytes().get(Panels.FLOAT, 4L * ((n / 64) * inputs * 64 + k * 64 + n % 64));
                assertEquals(n < outputs ? w[n * inputs + k] : 0, stored);
            }
        }
    }

    @Test
    void int8RoundsHalvesToEvenAndKeepsZeroRows() {
        StoredTensor m = new MemoryWeights().matrix("m", Storage.INT8, 2, 5, 127, 0.5f, 1.5f, -2.5f, -127, 0, 0, 0, 0, 0).get("m");
        assertArrayEquals(new float[] {127, 0, 2, -2, -127, 0, 0, 0, 0, 0}, m.floats());
        assertEquals(1, m.bytes().get(Panels.FLOAT, 5 * 64));
        assertEquals(0, m.bytes().get(Panels.FLOAT, 5 * 64 + 4));
    }

    @Test
    void int8SurvivesRowsSoSmallThatTheScaleIsSubnormal() {
        float[] tiny = {Float.MIN_VALUE * 200, Float.MIN_VALUE, Float.MIN_VALUE * 60};
        for (float value : new MemoryWeights().matrix("m", Storage.INT8, 1, 3, tiny).get("m").floats()) {
            assertTrue(value >= 0 && value <= Float.MIN_VALUE * 200);
        }
    }

    @Test
    void bfloat16RoundsToNearestEvenAndKeepsNaN() {
        assertEquals(0x3f80, BFloat16.of(Float.intBitsToFloat(0x3f808000)));
        assertEquals(0x3f82, BFloat16.of(Float.intBitsToFloat(0x3f818000)));
        assertEquals(0x3f81, BFloat16.of(Float.intBitsToFloat(0x3f808001)));
        assertTrue(Float.isNaN(BFloat16.widen(BFloat16.of(Float.intBitsToFloat(0x7f800001)))));
        assertEquals(Float.NEGATIVE_INFINITY, BFloat16.widen(BFloat16.of(Float.NEGATIVE_INFINITY)));
    }

    @Test
    void sizesAreExactOrRefused() {
        assertEquals(2L * 64 * 3 + 2 * 64 * 4, Panels.bytes(Storage.INT8, 65, 3));
        assertThrows(ArithmeticException.class, () -> StoredTensor.bytes(Storage.FLOAT32, StoredTensor.Layout.ROW_MAJOR,
                Integer.MAX_VALUE, Integer.MAX_VALUE, 4));
        assertThrows(IllegalArgumentException.class, () -> StoredTensor.bytes(Storage.UINT8, StoredTensor.Layout.PANELS, 1, 1));
    }
}
