package io.vivace.model.nano;

import static io.vivace.model.nano.NanoConfig.DRUMS;
import static io.vivace.model.nano.NanoConfig.FEATURES;
import static io.vivace.model.nano.NanoConfig.LOWEST;
import static io.vivace.model.nano.NanoConfig.PITCHED;
import static io.vivace.model.nano.NanoConfig.PITCHES;

import java.util.List;

/**
 * What the score says at each frame of 8 ms: for each pitched role the level of 72 pitches and then how recent they are, for each drum a fast and a slow decay,
 * cosine and sine of the phases of bar and beat. A note counts from the frame that it starts in, and a frame stands for its middle. Where notes meet, the
 * greatest of each number holds. training/nano/features.py is the definition.
 */
final class NoteFeatures {
    /** Seconds of a frame. */
    static final double FRAME = (double) NanoConfig.HOP / NanoConfig.SAMPLE_RATE;
    /** Seconds in which these fade to 1/e. */
    private static final double RELEASE = 0.25, RECENCY = 0.1, FAST = 0.03, SLOW = 0.2;
    /** From these frames on a number is 0; of recency, which only ends with the level, the first that is 0 in single precision. */
    private static final float[] RELEASED = decay(123, RELEASE), RECENT = decay(1310, RECENCY), FADED = decay(26, FAST), FADED_SLOWLY = decay(173, SLOW);
    private static final int DRUM_FEATURES = 2 * PITCHED * PITCHES, PHASES = DRUM_FEATURES + 2 * DRUMS;

    private final double bar, beat;

    NoteFeatures(NanoConfig config, Sheet sheet) {
        bar = sheet.secondsPerBar(config);
        beat = 60.0 / sheet.tempo();
    }

    private static float[] decay(int frames, double seconds) {
        var decay = new float[frames];
        for (int i = 0; i < frames; i++) decay[i] = (float) StrictMath.exp(-i * FRAME / seconds);
        return decay;
    }

    /** The first frame in which nothing is left of a note. */
    static long gone(Note note) {
        return frame(note.role() == Note.KIT ? note.start() : note.end()) + Math.max(RELEASED.length, FADED_SLOWLY.length) + 1;
    }

    private static long frame(double seconds) {
        return (long) Math.floor(seconds / FRAME);
    }

    /** Frames {@code first} … {@code first + frames} − 1 of the piece: [frames · FEATURES]. */
    float[] of(List<Note> notes, long first, int frames) {
        var features = new float[frames * FEATURES];
        for (Note note : notes) {
            if (note.role() == Note.KIT) drum(note, first, frames, features);
            else if (note.pitch() >= LOWEST && note.pitch() < LOWEST + PITCHES) pitch(note, first, frames, features);
        }
        for (int i = 0; i < frames; i++) {
            double time = (first + i + 0.5) * FRAME;
            int at = i * FEATURES + PHASES;
            phase(time / bar, features, at);
            phase(time / beat, features, at + 2);
        }
        return features;
    }

    private static void phase(double turns, float[] features, int at) {
        features[at] = (float) StrictMath.cos(2 * Math.PI * turns);
        features[at + 1] = (float) StrictMath.sin(2 * Math.PI * turns);
    }

    private static void drum(Note note, long first, int frames, float[] features) {
        long start = frame(note.start()) - first;
        raise(features, DRUM_FEATURES + note.pitch(), FADED, start, frames);
        raise(features, DRUM_FEATURES + DRUMS + note.pitch(), FADED_SLOWLY, start, frames);
    }

    private static void pitch(Note note, long first, int frames, float[] features) {
        long start = frame(note.start()) - first, end = Math.max(frame(note.end()) - first, start);
        int level = 2 * note.role() * PITCHES + note.pitch() - LOWEST;
        for (long i = Math.max(start, 0); i < Math.min(end, frames); i++) features[(int) i * FEATURES + level] = 1;
        raise(features, level, RELEASED, end, frames);
        raise(features, level + PITCHES, RECENT, start, Math.clamp(end + RELEASED.length, 0, frames));
    }

    /** Raises one feature, from frame {@code start} on, to at least these values, as far as they are not behind frame {@code to}. */
    private static void raise(float[] features, int feature, float[] values, long start, int to) {
        for (long i = Math.max(start, 0); i < Math.min(start + values.length, to); i++) {
            int at = (int) i * FEATURES + feature;
            features[at] = Math.max(features[at], values[(int) (i - start)]);
        }
    }
}
