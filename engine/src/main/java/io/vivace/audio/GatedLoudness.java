package io.vivace.audio;

import java.util.Arrays;

/**
 * Integrated loudness of ITU-R BS.1770-4: K-weighted power in blocks of 400 ms, a new one every 100 ms; blocks below -70 LUFS do not
 * count, nor do those 10 LU below the mean of the others.
 */
final class GatedLoudness {
    private static final int STEPS_OF_A_BLOCK = 4;
    private static final double OFFSET = -0.691;
    private static final double ABSOLUTE_GATE = -70;
    private static final double RELATIVE_GATE = -10;

    private final Biquad[][] filters;
    private final int stepFrames;
    private double[] steps = new double[64];    // mean power of each whole step of 100 ms, channels summed
    private int stepCount;
    private double sum;
    private int filled;

    GatedLoudness(int channels, int sampleRate) {
        filters = new Biquad[channels][];
        for (int c = 0; c < channels; c++) filters[c] = new Biquad[] {Biquad.shelf(sampleRate), Biquad.highPass(sampleRate)};
        stepFrames = Math.round(sampleRate / 10f);
    }

    /** @param samples [channels][frames] */
    void add(float[][] samples) {
        for (int i = 0; i < samples[0].length; i++) {
            for (int c = 0; c < filters.length; c++) {
                double weighted = filters[c][1].next(filters[c][0].next(samples[c][i]));
                sum += weighted * weighted;
            }
            if (++filled == stepFrames) endStep();
        }
    }

    private void endStep() {
        if (stepCount == steps.length) steps = Arrays.copyOf(steps, 2 * stepCount);
        steps[stepCount++] = sum / stepFrames;
        sum = 0;
        filled = 0;
    }

    double lufs() {
        double absolute = power(ABSOLUTE_GATE);
        double relative = meanAbove(absolute) * Math.pow(10, RELATIVE_GATE / 10);
        return OFFSET + 10 * Math.log10(meanAbove(Math.max(absolute, relative)));
    }

    /** Mean power of the blocks above a gate; 0 if there is none. */
    private double meanAbove(double gate) {
        double total = 0;
        int count = 0;
        for (int first = 0; first + STEPS_OF_A_BLOCK <= stepCount; first++) {
            double block = 0;
            for (int step = first; step < first + STEPS_OF_A_BLOCK; step++) block += steps[step] / STEPS_OF_A_BLOCK;
            if (block <= gate) continue;
            total += block;
            count++;
        }
        return count == 0 ? 0 : total / count;
    }

    private static double power(double lufs) {
        return Math.pow(10, (lufs - OFFSET) / 10);
    }

    /**
     * One second-order section, transposed direct form II. The standard tabulates both stages for 48 kHz only; the analogue prototypes
     * behind the table (corner, quality, gain) give them for every rate, and the table again at 48 kHz.
     */
    static final class Biquad {
        final double b0, b1, b2, a1, a2;
        private double z1, z2;

        private Biquad(double b0, double b1, double b2, double a1, double a2) {
            this.b0 = b0;
            this.b1 = b1;
            this.b2 = b2;
            this.a1 = a1;
            this.a2 = a2;
        }

        /** Stage 1, the effect of the head: a shelf of +4 dB above about 1.7 kHz. */
        static Biquad shelf(int sampleRate) {
            double k = Math.tan(Math.PI * 1681.974450955533 / sampleRate);
            double q = 0.7071752369554196;
            double high = Math.pow(10, 3.999843853973347 / 20);
            double band = Math.pow(high, 0.4996667741545416);
            double a0 = 1 + k / q + k * k;
            return new Biquad((high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / q + k * k) / a0,
                    2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0);
        }

        /** Stage 2, a high-pass at about 38 Hz. */
        static Biquad highPass(int sampleRate) {
            double k = Math.tan(Math.PI * 38.13547087602444 / sampleRate);
            double q = 0.5003270373238773;
            double a0 = 1 + k / q + k * k;
            return new Biquad(1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0);
        }

        double next(double x) {
            double y = b0 * x + z1;
            z1 = b1 * x - a1 * y + z2;
            z2 = b2 * x - a2 * y;
            return y;
        }
    }
}
