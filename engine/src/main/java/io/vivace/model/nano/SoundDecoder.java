package io.vivace.model.nano;

import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.nano.NanoConfig.Decoder;
import io.vivace.sample.Gaussian;
import io.vivace.weights.Weights;
import java.util.List;

/**
 * Latents and notes to samples, stretch by stretch. Stretches lie on a grid that begins with the piece, and each is computed with as much around it as its
 * frames depend on, so the samples do not depend on when latents come.
 */
public final class SoundDecoder implements AutoCloseable {
    private static final int HOP = NanoConfig.HOP, BINS = NanoConfig.BINS, ROLES = NanoConfig.ROLES, LATENT = NanoConfig.LATENT;

    /** The sound that is being decoded. */
    interface Source {
        /** Notes that start before a second of the piece. */
        List<Note> notes(double until);

        /** Latents of frames {@code from} … {@code to} − 1 of 16 ms. */
        void latents(int from, int to, float[] into, int at);

        /** Standard normal samples of frames {@code from} … {@code from + count} − 1, [count · HOP]. */
        float[] noise(int from, int count);
    }

    private final NanoConfig config;
    private final Backend backend;
    private final Weights weights;
    private Backend.Session session;
    private Program program;

    public SoundDecoder(NanoConfig config, Backend backend, Weights weights) {
        this.config = config;
        this.backend = backend;
        this.weights = weights;
    }

    /** Frames of 8 ms on each side of a stretch that it is computed with; an even number. */
    static int context(Decoder network) {
        return (DecoderGraph.reach(network) + 1) / 2 * 2;
    }

}
