package io.vivace.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GaussianTest {
    private static final int COUNT = 1 << 20;

    /** The n-th moment of numbers about 0. */
    private static double moment(float[] x, int n) {
        double sum = 0;
        for (float each : x) sum += Math.pow(each, n);
        return sum / x.length;
    }

    private static double correlation(float[] x, float[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) sum += (double) x[i] * y[i];
        return sum / x.length;
    }

    /** Five standard errors of each moment: √(1/n), √(2/n), √(15/n), √(96/n). */
    @Test void hasTheMomentsOfTheNormalDistribution() {
        float[] x = Gaussian.frames(42, 0, 0, COUNT / 16, 16);
        double error = 5 / Math.sqrt(COUNT);
        assertEquals(0, moment(x, 1), error);
        assertEquals(1, moment(x, 2), error * Math.sqrt(2));
        assertEquals(0, moment(x, 3), error * Math.sqrt(15));
        assertEquals(3, moment(x, 4), error * Math.sqrt(96));
    }

    /** Shares of the numbers between the normal distribution's sixteenths, chi-squared with 15 degrees of freedom: 44.3 is exceeded once in 10 000 times. */
    @Test void fillsTheQuantilesEvenly() {
        double[] edges = {-1.53412054, -1.15034938, -0.88714656, -0.67448975, -0.48877641, -0.31863936, -0.15731068, 0, 0.15731068, 0.31863936, 0.48877641,
                0.67448975, 0.88714656, 1.15034938, 1.53412054};
        var counts = new int[16];
        for (float each : Gaussian.frames(7, 3, 12, COUNT / 8, 8)) counts[Math.abs(Arrays.binarySearch(edges, each) + 1)]++;
        double chi = 0, expected = COUNT / 16.0;
        for (int count : counts) chi += (count - expected) * (count - expected) / expected;
        assertTrue(chi < 44.3, "chi-squared " + chi);
    }

    @Test void isIndependentAcrossKeysFramesAndChannels() {
        int frames = COUNT / 16;
        float[] x = Gaussian.frames(1, 0, 0, frames, 16);
        double error = 5 / Math.sqrt(COUNT);
        assertEquals(0, correlation(x, Gaussian.frames(2, 0, 0, frames, 16)), error, "seed");
        assertEquals(0, correlation(x, Gaussian.frames(1L << 32 | 1, 0, 0, frames, 16)), error, "high half of the seed");
        assertEquals(0, correlation(x, Gaussian.frames(1, 1, 0, frames, 16)), error, "clip");
        for (int lag : new int[] {1, 2, 3, 4, 8, 16, 64}) {
            assertEquals(0, correlation(Arrays.copyOf(x, COUNT - 64), Arrays.copyOfRange(x, lag, lag + COUNT - 64)), error * 1.001, "lag " + lag);
        }
        float[] squares = new float[COUNT];
        for (int i = 0; i < COUNT; i++) squares[i] = (x[i] * x[i] - 1) / (float) Math.sqrt(2);
        assertEquals(0, correlation(Arrays.copyOf(squares, COUNT - 1), Arrays.copyOfRange(squares, 1, COUNT)), error * 1.001, "squares of neighbours");
    }

    @Test void givesTheSameFramesWhereverAWindowBegins() {
        float[] whole = Gaussian.frames(-5, 2, 0, 100, 6);
        assertArrayEquals(Arrays.copyOfRange(whole, 40 * 6, 70 * 6), Gaussian.frames(-5, 2, 40, 30, 6));
    }

    /** A narrower frame is the beginning of a wider one. */
    @Test void countsChannelsInFours() {
        float[] wide = Gaussian.frames(9, 0, 3, 1, 16), narrow = Gaussian.frames(9, 0, 3, 1, 5);
        assertArrayEquals(Arrays.copyOf(wide, 5), narrow);
    }

    /** From Philox and Box and Muller's formula in Python, with NumPy's rounding to float32. */
    @Test void givesTheKnownNumbers() {
        float[] expected = {-0.54519975f, -0.54563093f, -1.2660244f, 1.4358643f, 0.3497777f, -0.94248784f};
        assertArrayEquals(expected, Gaussian.frames(-5, 2, 1000, 1, 6));
    }
}
