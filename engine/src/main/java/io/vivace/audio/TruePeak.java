package io.vivace.audio;

import java.util.Arrays;

/**
 * Peak of one channel between its samples: four times oversampled as in ITU-R BS.1770-4 annex 2, with a Hann-windowed sinc twice as
 * long as the filter tabulated there. The peak at the samples themselves is the caller's.
 */
final class TruePeak {
    private static final int OVERSAMPLING = 4;
    private static final int REACH = 12;
    private static final double[][] TAPS = taps();

    private float[] history = new float[2 * REACH - 1];
    private double peak;

    private static double[][] taps() {
        var taps = new double[OVERSAMPLING - 1][2 * REACH];
        for (int phase = 1; phase < OVERSAMPLING; phase++) {
            for (int k = 0; k < 2 * REACH; k++) {
                double t = k - (REACH - 1) - (double) phase / OVERSAMPLING;
                double window = Math.cos(Math.PI * t / (2 * REACH));
                taps[phase - 1][k] = Resampler.sinc(t) * window * window;
            }
        }
        return taps;
    }

    void add(float[] samples) {
        float[] line = joined(samples);
        peak = peak(line);
        history = Arrays.copyOfRange(line, samples.length, line.length);
    }

    /** The peak so far, as if silence followed. */
    double value() {
        return peak(joined(new float[REACH]));
    }

    private float[] joined(float[] samples) {
        float[] line = Arrays.copyOf(history, history.length + samples.length);
        System.arraycopy(samples, 0, line, history.length, samples.length);
        return line;
    }

    private double peak(float[] line) {
        double highest = peak;
        for (int first = 0; first + 2 * REACH <= line.length; first++) {
            for (double[] taps : TAPS) {
                double y = 0;
                for (int k = 0; k < taps.length; k++) y += taps[k] * line[first + k];
                highest = Math.max(highest, Math.abs(y));
            }
        }
        return highest;
    }
}
