package io.vivace.model.nano;

import static io.vivace.graph.DType.FLOAT32;

import io.vivace.Listener;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What the score gives the networks, and what the decoder makes of it, with everything given from outside, to compare with a reference. */
public final class SoundTrial {
    private final NanoConfig config;
    private final Sheet sheet;
    private final List<Note> notes;

    public SoundTrial(NanoConfig config, Sheet sheet, List<Note> notes) {
        this.config = config;
        this.sheet = sheet;
        this.notes = notes;
    }

    /** [frames · FEATURES] of frames of 8 ms. */
    public float[] features(int first, int frames) {
        return new NoteFeatures(config, sheet).of(notes, first, frames);
    }

    /** [roles][samples] of frames of 8 ms. */
    public float[][] excitations(int first, int frames) {
        var all = new float[NanoConfig.ROLES][frames * NanoConfig.HOP];
        for (int role = 0; role < all.length; role++) {
            double[] signal = new Excitations(config, sheet).of(role, notes, (long) first * NanoConfig.HOP, all[role].length);
            for (int i = 0; signal != null && i < signal.length; i++) all[role][i] = (float) signal[i];
        }
        return all;
    }

    /**
     * Logarithms of gains: "harmonic" and "breath", [1, frames, 4, bins], and "kit", [1, frames, 2, bins].
     *
     * @param latents [1, frames / 2, channels]
     */
    public Map<String, Tensor> gains(Backend backend, Weights weights, Tensor latents) {
        int frames = 2 * latents.shape().at(1);
        Graph g = Graph.named("nano.gains");
        DecoderGraph.Gains gains = new DecoderGraph(config, frames).gains(g);
        g.output("harmonic", gains.harmonic());
        g.output("breath", gains.breath());
        g.output("kit", gains.kit());
        Tensor there = Tensor.zeros(FLOAT32, Shape.of(1, frames, 1));
        Arrays.fill(there.floats(), 1);
        try (Backend.Session session = backend.open(weights)) {
            Program program = session.compile(g);
            program.set("latents", latents).set("features", Tensor.of(Shape.of(1, frames, NanoConfig.FEATURES), features(0, frames)));
            program.set("programs", Ensemble.programs(sheet)).set("there", there).run();
            return Map.of("harmonic", program.get("harmonic"), "breath", program.get("breath"), "kit", program.get("kit"));
        }
    }

    /**
     * The sound before its last touches: [frames · HOP].
     *
     * @param latents [frames / 2 · channels]
     * @param noise   [frames · HOP]
     */
    public float[] sound(SoundDecoder decoder, float[] latents, float[] noise) {
        var samples = new float[noise.length];
        SoundDecoder.Stream stream = decoder.stream(sheet, latents.length / NanoConfig.LATENT, new SoundDecoder.Source() {
            @Override
            public List<Note> notes(double until) {
                return notes;
            }

            @Override
            public void latents(int from, int to, float[] into, int at) {
                System.arraycopy(latents, from * NanoConfig.LATENT, into, at, (to - from) * NanoConfig.LATENT);
            }

            @Override
            public float[] noise(int from, int count) {
                return Arrays.copyOfRange(noise, from * NanoConfig.HOP, (from + count) * NanoConfig.HOP);
            }
        });
        for (int at = 0; !stream.whole(); ) {
            float[] piece = stream.next(new Run(Listener.NONE, 0));
            System.arraycopy(piece, 0, samples, at, piece.length);
            at += piece.length;
        }
        return samples;
    }
}
