package io.vivace.audio;

import java.math.BigInteger;

/**
 * Changes the sample rate by windowed-sinc interpolation: {@code y[j] = Σ x[i]·h(i/from - j/to)} with
 * {@code h(t) = s·sinc(c·t)·cos²(π·c·t / 2w)}, where c is the lower of both rates times the roll-off, w the number of zero crossings
 * kept on each side, and s = c / from. The signal is taken as zero outside its ends. Same filter, float32 rounding of the taps
 * and output length as {@code torchaudio.functional.resample} (sinc_interp_hann), which the Python users of the models go through.
 */
public final class Resampler {

    /**
     * Sharpness of the low-pass filter.
     *
     * @param zeroCrossings kept on each side of the sinc
     * @param rolloff       cut-off as a fraction of the lower Nyquist frequency
     */
    public record Quality(int zeroCrossings, double rolloff) {
        /** torchaudio's default. */
        public static final Quality STANDARD = new Quality(6, 0.99);
        /** What MusicGen melody's feature extractor asks for; also the settings of julius, which audiocraft uses. */
        public static final Quality SHARP = new Quality(24, 0.945);

        public Quality {
            if (zeroCrossings <= 0 || !(rolloff > 0 && rolloff <= 1)) {
                throw new IllegalArgumentException("no low-pass filter has " + zeroCrossings + " zero crossings and roll-off " + rolloff);
            }
        }
    }

    private final int from;
    private final int to;
    private final double cutoff;
    private final int zeroCrossings;

    /**
     * @param fromHertz rate of the input
     * @param toHertz   rate of the output
     */
    public Resampler(int fromHertz, int toHertz, Quality quality) {
        if (fromHertz <= 0 || toHertz <= 0) {
            throw new IllegalArgumentException("cannot resample from " + fromHertz + " Hz to " + toHertz + " Hz");
        }
        int divisor = BigInteger.valueOf(fromHertz).gcd(BigInteger.valueOf(toHertz)).intValue();
        from = fromHertz / divisor;
        to = toHertz / divisor;
        cutoff = Math.min(from, to) * quality.rolloff();
        zeroCrossings = quality.zeroCrossings();
    }

    /** How many frames come out for so many frames in. */
    public int outputFrames(int frames) {
        // torchaudio takes the ceiling of a float32 quotient; its rounding is part of the result's length
        float exact = (float) ((double) to * frames / from);
        return Math.toIntExact(Math.min((long) Math.ceil(exact), (long) to * (frames / from + 1)));
    }

    /** One channel at the new rate. */
    public float[] resample(float[] input) {
        if (from == to) return input.clone();
        var output = new float[outputFrames(input.length)];
        // the filter repeats every `to` outputs, so each phase is made once and used for all its outputs
        for (int phase = 0; phase < Math.min(to, output.length); phase++) {
            int first = firstTap(phase);
            float[] taps = taps(phase, first);
            for (long j = phase, start = first; j < output.length; j += to, start += from) {
                output[(int) j] = dot(input, start, taps);
            }
        }
        return output;
    }

    private static float dot(float[] input, long start, float[] taps) {
        int low = (int) Math.max(0, -start);
        int high = (int) Math.min(taps.length, input.length - start);
        double sum = 0;
        for (int k = low; k < high; k++) sum += (double) taps[k] * input[(int) (start + k)];
        return (float) sum;
    }

    /** Index of the first input frame, relative to the phase's block, that lies inside the window. */
    private int firstTap(int phase) {
        return (int) Math.ceil((double) phase * from / to - zeroCrossings * from / cutoff);
    }

    private float[] taps(int phase, int first) {
        int last = (int) Math.floor((double) phase * from / to + zeroCrossings * from / cutoff);
        var taps = new float[last - first + 1];
        for (int k = 0; k < taps.length; k++) taps[k] = tap((float) (first + k) / from - (float) phase / to);
        return taps;
    }

    /** The filter at a time in units of 1 / divisor seconds; in float32 from the start, since torchaudio's rounding reaches 1e-5. */
    private float tap(float time) {
        float t = Math.clamp(time * (float) cutoff, -zeroCrossings, zeroCrossings);
        float root = (float) Math.cos(t * (float) Math.PI / zeroCrossings / 2);
        float angle = t * (float) Math.PI;
        float sinc = angle == 0 ? 1 : (float) Math.sin(angle) / angle;
        return sinc * (root * root * (float) (cutoff / from));
    }

    /** sin(πt) / πt. */
    static double sinc(double t) {
        return t == 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
    }
}
