package io.vivace.model.nano;

import io.vivace.audio.Clip;
import io.vivace.audio.LoudnessReport;
import java.util.List;
import java.util.function.Consumer;

/**
 * The last touches on samples: the first window's loudness sets the level, what is too loud is bent, the end fades away, or, of a loop, becomes what was
 * heard before its first bar, so that it meets its start.
 */
final class Finish implements Consumer<float[]> {
    /** Below the threshold samples stay; none goes beyond threshold + room. */
    private static final double THRESHOLD = 0.6, ROOM = 0.29;
    /** Seconds of the fade where the last bar is cut off, and where the music ends by itself; of the cross-fade of a loop. */
    private static final double LONG_FADE = 0.6, SHORT_FADE = 0.03, CROSS_FADE = 0.02;
    /** LUFS of the first window, which is that of what the model learned from; and how much it is moved at most. */
    private static final double LOUDNESS = -20, MOST_GAIN = 4;
    /** Seconds that a last bar may be too long without being cut off. */
    private static final double TOLERANCE = 1e-3;

    private final Consumer<float[][]> sink;
    private final int skipped, samples, fade;
    /** Of a loop: samples before its first; else null. */
    private final float[] before;
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

    /** Whether it is decided how loud the clip is. */
    boolean levelled() {
        return gain > 0;
    }

    /** Decides how loud the clip is, by how loud its first stretches are. */
    void level(List<float[]> first) {
        var all = new float[first.stream().mapToInt(made -> made.length).sum()];
        int length = 0;
        for (float[] made : first) {
            System.arraycopy(made, 0, all, length, made.length);
            length += made.length;
        }
        double found = LoudnessReport.of(Clip.mono(all, NanoConfig.SAMPLE_RATE)).integratedLufs();
        gain = Double.isFinite(found) ? Math.clamp(Math.pow(10, (LOUDNESS - found) / 20), 1 / MOST_GAIN, MOST_GAIN) : 1;
    }

    @Override
    public void accept(float[] made) {
        int drop = Math.clamp(skipped - at, 0, made.length);
        var touched = new float[made.length - drop];
        for (int i = 0; i < made.length; i++) {
            float y = limited((float) (gain * made[i]));
            long place = at + i - skipped;
            if (place >= 0) touched[i - drop] = ended(y, samples - place);
            else if (before != null && place >= -fade) before[(int) place + fade] = y;
        }
        at += made.length;
        if (touched.length > 0) sink.accept(new float[][] {touched});
    }

    /** Whether these stretches are the last ones of the clip. */
    boolean has(List<float[]> waiting) {
        return at + waiting.stream().mapToLong(made -> made.length).sum() >= (long) skipped + samples;
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
