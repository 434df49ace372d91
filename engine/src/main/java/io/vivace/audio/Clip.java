package io.vivace.audio;

import java.util.Arrays;

/**
 * A piece of sound held in memory.
 *
 * @param samples    amplitudes, [channels][frames]; full scale is -1…1; taken over, not copied
 * @param sampleRate frames a second (Hz)
 */
public record Clip(float[][] samples, int sampleRate) {

    /** @throws IllegalArgumentException if there is no channel, the channels differ in length, or the rate is not positive */
    public Clip {
        if (samples.length == 0) throw new IllegalArgumentException("a clip needs at least one channel");
        if (sampleRate <= 0) throw new IllegalArgumentException("a sample rate of " + sampleRate + " Hz is not positive");
        for (float[] channel : samples) {
            if (channel.length != samples[0].length) {
                throw new IllegalArgumentException("channels of " + samples[0].length + " and " + channel.length + " frames in one clip");
            }
        }
    }

    public static Clip mono(float[] samples, int sampleRate) {
        return new Clip(new float[][] {samples}, sampleRate);
    }

    public int channels() {
        return samples.length;
    }

    /** Samples of each channel. */
    public int frames() {
        return samples[0].length;
    }

    public double seconds() {
        return (double) frames() / sampleRate;
    }

    /** The mean of the channels, [1][frames]; this clip itself if it is mono. */
    public Clip toMono() {
        if (channels() == 1) return this;
        var mean = new float[frames()];
        for (int i = 0; i < mean.length; i++) {
            double sum = 0;
            for (float[] channel : samples) sum += channel[i];
            mean[i] = (float) (sum / channels());
        }
        return mono(mean, sampleRate);
    }

    /** Two channels, [2][frames]: mono is duplicated, more than two are averaged first; this clip itself if it is stereo. */
    public Clip toStereo() {
        if (channels() == 2) return this;
        float[] mono = toMono().samples[0];
        return new Clip(new float[][] {mono, mono.clone()}, sampleRate);
    }

    /** The same sound at another rate; this clip itself if the rate is the same already. */
    public Clip resampled(int hertz, Resampler.Quality quality) {
        if (hertz == sampleRate) return this;
        var resampler = new Resampler(sampleRate, hertz, quality);
        return new Clip(Arrays.stream(samples).map(resampler::resample).toArray(float[][]::new), hertz);
    }

    /** Frames {@code from} (inclusive) to {@code to} (exclusive). */
    public Clip slice(int from, int to) {
        return new Clip(Arrays.stream(samples).map(c -> Arrays.copyOfRange(c, from, to)).toArray(float[][]::new), sampleRate);
    }

    @Override public boolean equals(Object other) {
        return other instanceof Clip clip && sampleRate == clip.sampleRate && Arrays.deepEquals(samples, clip.samples);
    }

    @Override public int hashCode() {
        return 31 * Arrays.deepHashCode(samples) + sampleRate;
    }

    @Override public String toString() {
        return "Clip[" + channels() + " x " + frames() + " frames, " + sampleRate + " Hz]";
    }
}
