package io.vivace.model.nano;

import io.vivace.model.Run;
import io.vivace.model.diffusion.Walk;
import io.vivace.model.nano.NanoConfig.Diffusion;
import java.util.Arrays;

/** Latents of any length, window by window: each window but the first, a shorter one, begins with the last frames of the one before. Holds these frames. */
public final class LatentWindows {
    private static final int LATENT = NanoConfig.LATENT;

    /** What windows are made of; frames are latent frames of 16 ms, counted from the piece's beginning. */
    public interface Source {
        /** Noise for frames {@code from} … {@code from + count} − 1: [count · channels]. */
        float[] noise(int from, int count);

        /** What the score says there: [2 · count · FEATURES]. */
        float[] features(int from, int count);
    }

    private final LatentSampler sampler;
    private final Diffusion network;
    private final Sheet sheet;
    private final int frames;
    private final Source source;
    private float[] last = {};
    private int made;

    /** @param frames of the piece: whole segments */
    public LatentWindows(NanoConfig config, LatentSampler sampler, Sheet sheet, int frames, Source source) {
        this.sampler = sampler;
        this.network = config.diffusion();
        this.sheet = sheet;
        this.frames = frames;
        this.source = source;
    }

    /** Frames of the first window: fewer than of the others, so that sound comes early. */
    private static int first(Diffusion network) {
        return Math.min(network.window(), 3 * network.overlap());
    }

    /** Windows that so many frames take. */
    static int count(Diffusion network, int frames) {
        return 1 + Math.max(0, Math.ceilDiv(frames - first(network), network.window() - network.overlap()));
    }

    /** Frames of a window. */
    static int length(Diffusion network, int frames, int window) {
        if (window == 0) return Math.min(first(network), frames);
        int start = first(network) - network.overlap() + (window - 1) * (network.window() - network.overlap());
        return Math.min(network.window(), frames - start);
    }

    /** Whether all frames are made. */
    public boolean whole() {
        return made == frames;
    }

    /** The first frame of the next window. */
    int start() {
        return made - last.length / LATENT;
    }

    /** The next frames: [new frames · channels]. As many network evaluations as the walk has steps. */
    public float[] next(Walk walk, Run run) {
        int start = start(), length = Math.min(made == 0 ? first(network) : network.window(), frames - start), kept = made - start;
        var rows = Arrays.copyOf(last, length * LATENT);
        float[] noise = source.noise(made, length - kept);
        System.arraycopy(noise, 0, rows, kept * LATENT, noise.length);
        float[] all = sampler.sample(new LatentSampler.Window(rows, kept, source.features(start, length), sheet), walk, run);
        made += length - kept;
        last = Arrays.copyOfRange(all, Math.max(0, length - network.overlap()) * LATENT, all.length);
        return Arrays.copyOfRange(all, kept * LATENT, all.length);
    }
}
