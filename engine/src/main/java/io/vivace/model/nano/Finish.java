package io.vivace.model.nano;

import io.vivace.audio.Clip;
import io.vivace.audio.LoudnessMeter;
import java.util.function.Consumer;

/**
 * The last touches on samples: all get one loudness, what is too loud is bent, the end fades away, or, of a loop, becomes what was heard before its first bar,
 * so that it meets its start. The level is that of the first stretch and of what the latents tell of those to come; with each further stretch of the first
 * ones it moves to what is known by then.
 */
final class Finish {
    /** Below the threshold samples stay; none goes beyond threshold + room. */
    private static final double THRESHOLD = 0.6, ROOM = 0.29;
    /** Seconds of the fade where the last bar is cut off, and where the music ends by itself; of the cross-fade of a loop. */
    private static final double LONG_FADE = 0.6, SHORT_FADE = 0.03, CROSS_FADE = 0.02;
    /** Samples after which the level stays. */
    static final int LEVELLED = 10 * NanoConfig.SAMPLE_RATE;
    /** LUFS of these samples, which is that of what the model learned from; and how much it is moved at most. */
    private static final double LOUDNESS = -20, MOST_GAIN = 4;
    /** Seconds that a last bar may be too long without being cut off. */
    private static final double TOLERANCE = 1e-3;

    private final Consumer<float[][]> sink;
    private final int skipped, samples, fade;
    /** Of a loop: samples before its first; else null. */
    private final float[] before;
    private final LoudnessMeter meter = new LoudnessMeter(1, NanoConfig.SAMPLE_RATE);
    private long at;
    private double gain;

    /** @param sink takes [1][samples], as many as come */
    Finish(Job job, Consumer<float[][]> sink) {
        this.sink = sink;
        skipped = job.before();
        samples = job.samples();
        boolean loop = job.request().loop();
        double seconds = loop ? CROSS_FADE : job.surplus() > TOLERANCE ? LONG_FADE : SHORT_FADE;
        fade = (int) Math.min(Math.round(seconds * NanoConfig.SAMPLE_RATE), samples / 2);
        before = loop ? new float[fade] : null;
    }

    /**
     * The next stretch.
     *
     * @param above LU by which the samples that decide the level are louder than those so far, this stretch the last of them
     */
    void accept(float[] made, double above) {
        double last = gain;
        if (last == 0 || before == null && at < LEVELLED) level(made, above);
        if (last == 0) last = gain;
        int drop = Math.clamp(skipped - at, 0, made.length);
        var touched = new float[made.length - drop];
        for (int i = 0; i < made.length; i++) {
            float y = limited((float) ((last + (gain - last) * i / made.length) * made[i]));
            long place = at + i - skipped;
            if (place >= 0) touched[i - drop] = ended(y, samples - place);
            else if (before != null && place >= -fade) before[(int) place + fade] = y;
        }
        at += made.length;
        if (touched.length > 0) sink.accept(new float[][] {touched});
    }

    /** A loop keeps its first level, so that its end meets its start. */
    private void level(float[] made, double above) {
        double found = meter.add(Clip.mono(made, NanoConfig.SAMPLE_RATE)).report().integratedLufs() + above;
        if (Double.isFinite(found)) gain = Math.clamp(Math.pow(10, (LOUDNESS - found) / 20), 1 / MOST_GAIN, MOST_GAIN);
        else if (gain == 0) gain = 1;
    }

    /** Whether the clip is whole. */
    boolean done() {
        return at >= (long) skipped + samples;
    }

    static float limited(float x) {
        double loud = Math.abs(x);
        if (!(loud > THRESHOLD)) return x;
        return (float) (Math.signum(x) * (THRESHOLD + ROOM * StrictMath.tanh((loud - THRESHOLD) / ROOM)));
    }

    /** @param left samples from this one on */
    private float ended(float y, long left) {
        if (left > fade || left < 1) return y;
        if (before == null) return (float) (y * ((double) (left - 1) / fade));
        double late = (double) (fade - left + 1) / fade;
        return (float) ((1 - late) * y + late * before[(int) (fade - left)]);
    }
}
