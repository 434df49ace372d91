package io.vivace.model.nano;

import static io.vivace.model.nano.NanoConfig.BANDS;
import static io.vivace.model.nano.NanoConfig.LATENT;
import static io.vivace.model.nano.NanoConfig.ROLES;
import static io.vivace.model.nano.NanoConfig.WINDOW;

import io.vivace.weights.Weights;
import java.util.Arrays;

/**
 * How loud the beginning of a piece will be, as far as its latents are there: they say how strong each voice is in each band, and voices add up by their power. The gates are those
 * of ITU-R BS.1770-4, over blocks of one segment, 0.4 s, that do not overlap. The decoder's sound is some LU louder or quieter, by the kind of music; so only
 * differences within a piece are of use.
 */
final class ExpectedLoudness {
    private static final double ABSOLUTE_GATE = -70, RELATIVE_GATE = -10, OFFSET = -0.691;
    /** What training/nano/codec.py adds to the energies of bands before it takes their logarithm; the ends of its bands. */
    private static final double FLOOR = 1e-2, LOWEST_HZ = 30, HIGHEST_HZ = 12_000;
    private static final int LEVELS = ROLES * BANDS;
    private static final double[] WEIGHTING = weighting();

    private final float[] matrix, bias;
    private final int segment, most;
    private double[] powers = {};

    /** @param frames of the beginning; what comes behind them is not looked at */
    ExpectedLoudness(NanoConfig config, Weights weights, int frames) {
        matrix = weights.get("decoder.energies.weight").floats();
        bias = weights.get("decoder.energies.bias").floats();
        segment = config.diffusion().segment();
        most = Math.ceilDiv(frames, segment);
    }

    /** What a band's energy adds to the mean power of its frame, heard by K-weighting: that of the analogue filters behind the standard's table. */
    private static double[] weighting() {
        var weighting = new double[BANDS];
        double low = mel(LOWEST_HZ), step = (mel(HIGHEST_HZ) - low) / (BANDS + 1);
        for (int band = 0; band < BANDS; band++) {
            double hz = 700 * (StrictMath.pow(10, (low + (band + 1) * step) / 2595) - 1), a = hz / 38.1355, b = hz / 1681.97;
            double highPass = a * a * a * a / ((1 - a * a) * (1 - a * a) + a * a * 4), shelf = 1 + 1.512 * b * b * b * b / (1 + b * b * b * b);
            weighting[band] = highPass * shelf * 2 / (0.375 * WINDOW * WINDOW);
        }
        return weighting;
    }

    private static double mel(double hz) {
        return 2595 * StrictMath.log10(1 + hz / 700);
    }

    /** Takes the next latents, [frames · channels], whole segments. */
    void add(float[] latents) {
        int known = powers.length;
        powers = Arrays.copyOf(powers, Math.min(most, known + latents.length / (segment * LATENT)));
        for (int i = known; i < powers.length; i++) {
            int first = (i - known) * segment;
            for (int frame = first; frame < first + segment; frame++) powers[i] += power(latents, frame * LATENT) / segment;
        }
    }

    /** LU by which what is known of the beginning is louder than the first {@code heard} frames; not finite if either are silent. */
    double above(int heard) {
        return lufs(powers) - lufs(Arrays.copyOf(powers, Math.min(powers.length, Math.ceilDiv(heard, segment))));
    }

    private static double lufs(double[] powers) {
        double relative = lufs(meanAbove(powers, ABSOLUTE_GATE)) + RELATIVE_GATE;
        return lufs(meanAbove(powers, Math.max(ABSOLUTE_GATE, relative)));
    }

    private static double lufs(double power) {
        return OFFSET + 10 * StrictMath.log10(power);
    }

    private static double meanAbove(double[] powers, double gate) {
        double sum = 0;
        int count = 0;
        for (double power : powers) {
            if (!(lufs(power) > gate)) continue;
            sum += power;
            count++;
        }
        return count == 0 ? 0 : sum / count;
    }

    /** Weighted mean power of a latent frame, which is two of 8 ms. */
    private double power(float[] latents, int at) {
        double power = 0;
        for (int i = 0; i < 2 * LEVELS; i++) {
            float level = bias[i];
            for (int k = 0; k < LATENT; k++) level += matrix[i * LATENT + k] * latents[at + k];
            power += WEIGHTING[i % BANDS] * Math.max(0, StrictMath.exp(level) - FLOOR) / 2;
        }
        return power;
    }
}
