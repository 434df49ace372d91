package io.vivace.model.melody;

import io.vivace.model.Run;
import io.vivace.model.diffusion.Walk;
import io.vivace.model.melody.Course.Window;
import java.util.Arrays;

/**
 * Latents of any length, window by window. Holds one window and what was known before; frames are handed on as soon as no later window changes them.
 * Frames are counted from the clip's beginning.
 */
public final class LatentWindows {

    /** Where noise and tokens come from, and where latents go to. */
    public interface Ends {
        /** Noise for frames {@code from} … {@code from + count} − 1: [batch][count · channels]. */
        float[][] noise(int from, int count);

        /** Semantic tokens {@code from} … {@code from + count} − 1: [batch][count]. */
        int[][] tokens(int from, int count);

        /** Takes the latents of frames {@code from} … {@code from + count} − 1, each once and in order: [batch][count · channels]. */
        void latents(int from, int count, float[][] latents);
    }

    private final LatentSampler sampler;
    private final Ends ends;
    private final int batch, channels;

    /** @param batch clips that are made together */
    public LatentWindows(MelodyConfig config, LatentSampler sampler, int batch, Ends ends) {
        channels = config.diffusion().latent();
        this.sampler = sampler;
        this.batch = batch;
        this.ends = ends;
    }

    /** Makes all of so many frames. */
    public void walk(SemanticConfig semantic, int frames, Walk walk, Run run) {
        walk(Course.of(semantic, frames, 0, frames), null, walk, run);
    }

    /** @param known latents of all frames, of which those that are not composed matter, [batch][frames · channels]; null where all are composed */
    void walk(Course course, float[][] known, Walk walk, Run run) {
        give(known, 0, 0, course.from());
        float[][] made = known;
        int start = 0;
        for (Window window : course.windows()) {
            float[][] rows = new float[batch][window.length() * channels];
            copy(made, start, rows, window.start(), window.start(), window.from());
            copy(ends.noise(window.from(), window.to() - window.from()), window.from(), rows, window.start(), window.from(), window.to());
            copy(known, 0, rows, window.start(), window.to(), window.start() + window.length());
            made = sampler.sample(new LatentSampler.Window(rows, kept(window), ends.tokens(window.first(), window.tokens())), walk, run);
            start = window.start();
            give(made, start, window.from(), window.to());
        }
        give(known, 0, course.to(), course.frames());
    }

    private static boolean[] kept(Window window) {
        if (window.to() - window.from() == window.length()) return null;
        var kept = new boolean[window.length()];
        Arrays.fill(kept, true);
        Arrays.fill(kept, window.from() - window.start(), window.to() - window.start(), false);
        return kept;
    }

    /** Copies frames [from, to), both places counted in frames of the clip. */
    private void copy(float[][] source, int sourceStart, float[][] target, int targetStart, int from, int to) {
        for (int row = 0; row < batch && from < to; row++) {
            System.arraycopy(source[row], (from - sourceStart) * channels, target[row], (from - targetStart) * channels, (to - from) * channels);
        }
    }

    private void give(float[][] rows, int start, int from, int to) {
        if (from == to) return;
        var piece = new float[batch][(to - from) * channels];
        copy(rows, start, piece, from, from, to);
        ends.latents(from, to - from, piece);
    }
}
