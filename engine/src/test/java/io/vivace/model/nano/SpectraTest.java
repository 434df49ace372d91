package io.vivace.model.nano;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vivace.model.nano.Spectra.Factors;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpectraTest {
    private static final int HOP = NanoConfig.HOP, EDGE = Spectra.EDGE, FRAMES = 20;
    private static final float[] ONES = new float[NanoConfig.BINS];

    static {
        Arrays.fill(ONES, 1);
    }

    /** The same factors for every frame. */
    private static Factors constant(float... factors) {
        return new Factors(factors, 0, 0);
    }

    private static double[] noise(long seed) {
        var random = new Random(seed);
        var signal = new double[(FRAMES - 1) * HOP + NanoConfig.WINDOW];
        for (int i = EDGE; i < signal.length - EDGE; i++) signal[i] = random.nextGaussian();
        return signal;
    }

    private static float[] shaped(double[][] signals, Factors... factors) {
        var spectra = new Spectra();
        var samples = new float[FRAMES * HOP + EDGE];
        spectra.shape(signals, factors, FRAMES, samples);
        spectra.rest(samples, FRAMES * HOP);
        return samples;
    }

    /** Inside, where four windows meet. */
    @Test void factorsOfOneChangeNothing() {
        double[] signal = noise(1);
        float[] back = shaped(new double[][] {signal}, constant(ONES));
        for (int i = NanoConfig.WINDOW; i < FRAMES * HOP - NanoConfig.WINDOW; i++) assertEquals(signal[i], back[i], 1e-6, "sample " + i);
    }

    @Test void signalsAddUp() {
        double[] a = noise(2), b = noise(3), c = noise(4);
        var half = new float[NanoConfig.BINS];
        Arrays.fill(half, 0, 100, 0.5f);
        float[] sum = shaped(new double[][] {a, null, b, c}, constant(ONES), null, constant(half), constant(ONES));
        float[] first = shaped(new double[][] {a}, constant(ONES)), second = shaped(new double[][] {b}, constant(half));
        float[] third = shaped(new double[][] {c}, constant(ONES));
        var expected = new float[sum.length];
        for (int i = 0; i < sum.length; i++) expected[i] = first[i] + second[i] + third[i];
        assertArrayEquals(expected, sum, 1e-5f);
    }
}
