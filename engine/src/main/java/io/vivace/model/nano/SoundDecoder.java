package io.vivace.model.nano;

import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.nano.NanoConfig.Decoder;
import io.vivace.model.nano.Spectra.Factors;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.List;

/**
 * Latents and notes to samples, stretch by stretch. Stretches lie on a grid that begins with the piece, and each is computed with as much around it as its
 * frames depend on, so the samples do not depend on when latents come.
 */
public final class SoundDecoder implements AutoCloseable {
    /** Frames of 8 ms that are decoded at once, an even number. */
    private static final int STRETCH = 376;
    /** Hops behind a frame's own that its window reaches into. */
    private static final int HOPS_BEHIND = Math.ceilDiv(Spectra.EDGE, NanoConfig.HOP);
    private static final int HOP = NanoConfig.HOP, BINS = NanoConfig.BINS, ROLES = NanoConfig.ROLES, LATENT = NanoConfig.LATENT;

    /** The sound that is being decoded. */
    public interface Source {
        /** Notes that start before a second of the piece. */
        List<Note> notes(double until);

        /** Puts the latents of frames {@code from} … {@code to} − 1, of 16 ms, into an array from element {@code at} on. */
        void latents(int from, int to, float[] into, int at);

        /** Standard normal samples of frames {@code from} … {@code from + count} − 1, [count · HOP]. */
        float[] noise(int from, int count);
    }

    private final NanoConfig config;
    private final Backend backend;
    private final Weights weights;
    private final int stretch;
    private Backend.Session session;
    private Program program;

    public SoundDecoder(NanoConfig config, Backend backend, Weights weights) {
        this(config, backend, weights, STRETCH);
    }

    /** @param stretch frames of 8 ms that are decoded at once, an even number */
    public SoundDecoder(NanoConfig config, Backend backend, Weights weights, int stretch) {
        this.stretch = stretch;
        this.config = config;
        this.backend = backend;
        this.weights = weights;
    }

    /** Frames of 8 ms on each side of a stretch that it is computed with; an even number. */
    static int context(Decoder network) {
        return (DecoderGraph.reach(network) + 1) / 2 * 2;
    }

    /** Stretches that so many samples take. */
    static int stretches(long samples, int frames) {
        return Math.ceilDiv((int) Math.min(frames, Math.ceilDiv(samples + Spectra.EDGE, HOP)), STRETCH);
    }

    /** Bytes of the network's intermediate values and of the signals, beside the weights. */
    static long bytes(NanoConfig config) {
        long samples = (long) STRETCH * HOP + NanoConfig.WINDOW;
        return MemoryPlan.of(graph(config, STRETCH)).bytes() + samples * (ROLES + 1) * Double.BYTES + (long) STRETCH * BINS * (ROLES + 1) * Float.BYTES;
    }

    private static Graph graph(NanoConfig config, int stretch) {
        return new DecoderGraph(config, stretch + 2 * context(config.decoder())).factors();
    }

    /** Tells the loudness of a piece's first latent frames, none of which is known yet. */
    ExpectedLoudness loudness(int frames) {
        return new ExpectedLoudness(config, weights, frames);
    }

    /** Begins a piece of so many latent frames. */
    public Stream stream(Sheet sheet, int latents, Source source) {
        return new Stream(sheet, 2 * latents, source);
    }

    @Override
    public void close() {
        if (session != null) session.close();
        session = null;
        program = null;
    }

    private Program program() {
        if (program == null) {
            session = backend.open(weights);
            program = session.compile(graph(config, stretch));
        }
        return program;
    }

    /** One piece on its way to sound. */
    public final class Stream {
        private final Sheet sheet;
        private final int frames, context = context(config.decoder());
        private final Source source;
        private final NoteFeatures features;
        private final Excitations excitations;
        private final Spectra spectra = new Spectra();
        private int decoded;

        private Stream(Sheet sheet, int frames, Source source) {
            this.sheet = sheet;
            this.frames = frames;
            this.source = source;
            features = new NoteFeatures(config, sheet);
            excitations = new Excitations(config, sheet);
        }

        /** Latent frames, from the first on, that are sound. */
        int heard() {
            return decoded / 2;
        }

        /** Latent frames, from the first on, that the next stretch needs. */
        int needs() {
            return Math.min(decoded + stretch + context, frames) / 2;
        }

        /** The first latent frame that stretches to come need. */
        int from() {
            return Math.max(decoded - context, 0) / 2;
        }

        /** Whether all stretches are decoded. */
        public boolean whole() {
            return decoded == frames;
        }

        /** The next stretch: the samples that no later one changes. One network evaluation. */
        public float[] next(Run run) {
            int from = decoded, count = Math.min(stretch, frames - from);
            List<Note> notes = source.notes(Math.min(from + count + Math.max(context, HOPS_BEHIND), frames) * NoteFeatures.FRAME);
            run.pass(Stage.CODEC, () -> evaluate(from, notes));
            decoded += count;
            return run.timed(Stage.CODEC, () -> shaped(from, count, notes));
        }

        private void evaluate(int from, List<Note> notes) {
            int first = from - context, length = stretch + 2 * context, low = Math.max(first, 0), high = Math.min(first + length, frames);
            Tensor latents = Tensor.zeros(DType.FLOAT32, Shape.of(1, length / 2, LATENT)), there = Tensor.zeros(DType.FLOAT32, Shape.of(1, length, 1));
            source.latents(low / 2, high / 2, latents.floats(), (low - first) / 2 * LATENT);
            Arrays.fill(there.floats(), low - first, high - first, 1);
            Tensor score = Tensor.of(Shape.of(1, length, NanoConfig.FEATURES), features.of(notes, first, length));
            program().set("latents", latents).set("features", score).set("programs", Ensemble.programs(sheet)).set("there", there).run();
        }

        private float[] shaped(int from, int count, List<Note> notes) {
            var signals = new double[ROLES + 1][];
            var factors = new Factors[ROLES + 1];
            int first = from * HOP - Spectra.EDGE, length = (count - 1) * HOP + NanoConfig.WINDOW;
            float[] table = program.get("excitations").floats();
            for (int role = 0; role < ROLES; role++) {
                double[] there = excitations.of(role, notes, first, (int) Math.min(length, (long) frames * HOP - first));
                signals[role] = there == null ? null : Arrays.copyOf(there, length);
                factors[role] = new Factors(table, (context * ROLES + role) * BINS, ROLES * BINS);
            }
            signals[ROLES] = noise(first, length);
            factors[ROLES] = new Factors(program.get("noise").floats(), context * BINS, BINS);
            var samples = new float[count * HOP + (whole() ? Spectra.EDGE : 0)];
            spectra.shape(signals, factors, count, samples);
            if (whole()) spectra.rest(samples, count * HOP);
            return from == 0 ? Arrays.copyOfRange(samples, Spectra.EDGE, samples.length) : samples;
        }

        /** Samples of noise; outside the piece there is none. */
        private double[] noise(int first, int length) {
            int low = Math.max(Math.floorDiv(first, HOP), 0), high = Math.min(Math.ceilDiv(first + length, HOP), frames);
            float[] noise = source.noise(low, high - low);
            var signal = new double[length];
            for (int i = 0; i < noise.length; i++) {
                int at = low * HOP + i - first;
                if (at >= 0 && at < length) signal[at] = noise[i];
            }
            return signal;
        }
    }
}
