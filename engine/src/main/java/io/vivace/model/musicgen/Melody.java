package io.vivace.model.musicgen;

import io.vivace.audio.Clip;
import io.vivace.audio.Resampler;

/** A sound as the chroma frames that stand before the codes. */
final class Melody {
    private final MusicGenConfig.Chroma config;
    private final float[] samples;

    /** @param clip the sound, or null: no melody */
    Melody(MusicGenConfig.Chroma config, Clip clip) {
        this.config = config;
        samples = clip == null ? null : clip.toMono().resampled(config.sampleRate(), Resampler.Quality.SHARP).samples()[0];
    }

    /**
     * One-hot frames, [frames · bins], repeated or cut to the configured length.
     *
     * @param fromSecond where in the melody, which starts over at its end, the window begins; 0 for the melody as it is
     */
    float[] frames(double fromSecond) {
        if (samples == null) return ConditionRows.nullChroma(config.length(), config.bins());
        var chroma = new io.vivace.audio.Chroma(config.sampleRate(), config.fftSize(), config.hop(), config.bins(), config.chunkSeconds());
        return tiled(chroma.oneHot(fromSecond == 0 ? samples : turned(fromSecond)), config.length(), config.bins());
    }

    /** Given frames, repeated or cut to a length: [length · bins]. */
    static float[] tiled(float[][] frames, int length, int bins) {
        var tiled = new float[length * bins];
        for (int i = 0; i < length; i++) System.arraycopy(frames[i % frames.length], 0, tiled, i * bins, bins);
        return tiled;
    }

    /** A chunk of the melody from a later place on. */
    private float[] turned(double fromSecond) {
        long from = (long) (fromSecond * config.sampleRate());
        var turned = new float[(int) (config.chunkSeconds() * config.sampleRate())];
        for (int i = 0; i < turned.length; i++) turned[i] = samples[(int) ((from + i) % samples.length)];
        return turned;
    }
}
