package io.vivace.audio;

/** Measures a sound chunk by chunk; the figures do not depend on how it is cut. Not thread-safe. */
public final class LoudnessMeter {
    /** The lowest rate for which the K-weighting filter exists. */
    public static final int MIN_HERTZ = 4_000;
    private static final float FULL_SCALE = 32767 / 32768f;
    private static final float SILENCE = 1e-3f;

    private final int sampleRate;
    private final GatedLoudness loudness;
    private final TruePeak[] truePeaks;
    private final double[] sums;
    private long frames;
    private long clipped;
    private long silent;
    private long nonFinite;
    private float peak;

    public LoudnessMeter(int channels, int sampleRate) {
        this.sampleRate = sampleRate;
        loudness = sampleRate < MIN_HERTZ ? null : new GatedLoudness(channels, sampleRate);
        truePeaks = new TruePeak[channels];
        for (int c = 0; c < channels; c++) truePeaks[c] = new TruePeak();
        sums = new double[channels];
    }

    /** Takes the next frames into account. */
    public LoudnessMeter add(Clip chunk) {
        if (chunk.channels() != sums.length || chunk.sampleRate() != sampleRate) {
            throw new IllegalArgumentException(chunk + " does not continue " + sums.length + " channels at " + sampleRate + " Hz");
        }
        var finite = new float[sums.length][chunk.frames()];
        for (int c = 0; c < sums.length; c++) {
            channel(c, chunk.samples()[c], finite[c]);
            truePeaks[c].add(finite[c]);
        }
        countSilence(finite);
        if (loudness != null) loudness.add(finite);
        frames += chunk.frames();
        return this;
    }

    private void channel(int c, float[] samples, float[] finite) {
        for (int i = 0; i < samples.length; i++) {
            if (!Float.isFinite(samples[i])) {
                nonFinite++;
                continue;
            }
            finite[i] = samples[i];
            float magnitude = Math.abs(samples[i]);
            if (magnitude >= FULL_SCALE) clipped++;
            peak = Math.max(peak, magnitude);
            sums[c] += samples[i];
        }
    }

    private void countSilence(float[][] samples) {
        for (int i = 0; i < samples[0].length; i++) {
            boolean quiet = true;
            for (float[] channel : samples) quiet &= Math.abs(channel[i]) < SILENCE;
            if (quiet) silent++;
        }
    }

    /** The figures of all that was added so far. */
    public LoudnessReport report() {
        double truePeak = peak;
        for (TruePeak channel : truePeaks) truePeak = Math.max(truePeak, channel.value());
        double offset = 0;
        for (double sum : sums) if (Math.abs(sum) > Math.abs(offset)) offset = sum;
        long all = Math.max(1, frames);
        return new LoudnessReport(sampleRate, sums.length, frames, peak, truePeak, loudness == null ? Double.NaN : loudness.lufs(),
                (double) clipped / (all * sums.length), (double) silent / all, offset / all, nonFinite);
    }
}
