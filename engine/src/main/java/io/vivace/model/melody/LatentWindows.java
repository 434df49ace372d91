package io.vivace.model.melody;

import io.vivace.model.Run;
import io.vivace.model.melody.LatentSampler.Window;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Latents of any length, window by window: the first from its own noise, every further one a chunk later, its last frames from fresh noise, the others kept
 * from the window before. Holds one window; finished frames are handed on as they come. Positions are those of the whole clip.
 */
public final class LatentWindows {

    /** Where noise and tokens come from, and where latents go to. */
    public interface Ends {
        /** Noise for frames {@code from} … {@code from + count} − 1: [batch][count · channels]. */
        float[][] noise(long from, int count);

        /** Semantic tokens {@code from} … {@code from + count} − 1: [batch][count]. */
        int[][] tokens(int from, int count);

        /** Takes the latents of frames {@code from} … {@code from + count} − 1, each once and in order: [batch][count · channels]. */
        void latents(long from, int count, float[][] latents);
    }

    private final SemanticConfig semantic;
    private final LatentSampler sampler;
    private final int channels;

    public LatentWindows(MelodyConfig config, LatentSampler sampler) {
        semantic = config.semantic();
        channels = config.diffusion().latent();
        this.sampler = sampler;
    }

    /** Makes so many frames. The network runs at their length if a window is not filled; what the last of several windows has too many is left out. */
    public void walk(long frames, Ends ends, Walk walk, Run run) {
        int length = (int) Math.min(frames, semantic.windowFrames()), hop = semantic.chunkFrames(), windows = semantic.windows(frames);
        int[][] tokens = ends.tokens(0, Math.min(semantic.window(), semantic.tokens(frames)));
        float[][] latents = sampler.sample(new Window(ends.noise(0, length), null, tokens), walk, run);
        ends.latents(0, length, latents);
        var kept = new boolean[length];
        Arrays.fill(kept, 0, Math.max(0, length - hop), true);
        for (int number = 1; number < windows; number++) {
            long fresh = (long) (number - 1) * hop + length;
            float[][] start = shifted(latents, ends.noise(fresh, hop));
            latents = sampler.sample(new Window(start, kept, ends.tokens(semantic.firstToken(number), semantic.window())), walk, run);
            int count = (int) Math.min(hop, frames - fresh), from = (length - hop) * channels;
            float[][] done = rows(latents, row -> Arrays.copyOfRange(row, from, from + count * channels));
            ends.latents(fresh, count, done);
        }
    }

    /** A window without its first frames, and behind it the fresh ones. */
    private static float[][] shifted(float[][] window, float[][] fresh) {
        var shifted = new float[window.length][];
        for (int i = 0; i < shifted.length; i++) {
            int length = window[i].length, more = fresh[i].length;
            shifted[i] = Arrays.copyOfRange(window[i], more, more + length);
            System.arraycopy(fresh[i], 0, shifted[i], length - more, more);
        }
        return shifted;
    }

    private static float[][] rows(float[][] all, UnaryOperator<float[]> change) {
        return Arrays.stream(all).map(change).toArray(float[][]::new);
    }
}
