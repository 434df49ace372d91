package io.vivace.model.nano;

import io.vivace.graph.DType;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.Samples;
import io.vivace.model.TokenSettings;
import io.vivace.model.diffusion.Walk;
import io.vivace.nn.signal.Frames;
import io.vivace.nn.signal.Span;
import io.vivace.sample.Gaussian;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Composes one clip: bars, latents and sound, window by window. Holds one window of each. */
final class Composing {
    private static final int LATENT = NanoConfig.LATENT;

    private final NanoConfig config;
    private final Parts parts;
    private final Job job;
    private final Run run;
    private final Piece piece;
    private final Frames latents = new Frames(DType.FLOAT32, 1, LATENT);
    private final NoteFeatures features;

    Composing(NanoConfig config, Parts parts, Job job, Run run) {
        this.config = config;
        this.parts = parts;
        this.job = job;
        this.run = run;
        features = new NoteFeatures(config, job.sheet());
        piece = new Piece(config, parts.writer(), job.sheet(), job.bars(), job.request().loop(), job.request().seconds(),
                TokenSettings.of(List.of(job.request())));
    }

    /** @param sink takes the next samples, [1][samples] */
    void compose(Consumer<float[][]> sink) {
        var finish = new Finish(job, new Samples(job.samples(), sink)::give);
        SoundDecoder.Stream sound = parts.decoder().stream(job.sheet(), job.latents(config), new Parted());
        Walk walk = Walk.of(job.request().denoising(), 1);
        for (int window = 0; window < job.windows(config); window++) {
            sample(window, walk);
            while (!finish.whole() && sound.needs() <= latents.end()) finish.accept(sound.next(run));
            int needed = Math.min(sound.from(), job.start(config, window + 1));
            latents.drop(Math.min(needed, latents.end()));
            piece.forget(2L * needed);
        }
    }

    /** Appends the latents of a window's new frames. */
    private void sample(int window, Walk walk) {
        int start = job.start(config, window), length = job.length(config, window), end = start + length, kept = (int) latents.end() - start;
        var rows = new float[length * LATENT];
        if (kept > 0) System.arraycopy(latents.get(new Span(start, start + kept)).floats(), 0, rows, 0, kept * LATENT);
        float[] noise = Gaussian.frames(job.request().seed(), job.request().sample(), start + kept, length - kept, LATENT);
        System.arraycopy(noise, 0, rows, kept * LATENT, noise.length);
        float[] score = features.of(piece.notes(2 * end * NoteFeatures.FRAME, run), 2L * start, 2 * length);
        float[] made = parts.sampler().sample(new LatentSampler.Window(rows, kept, score, job.sheet()), walk, run);
        Tensor all = Tensor.of(Shape.of(1, length - kept, LATENT), Arrays.copyOfRange(made, kept * LATENT, made.length));
        latents.append(all);
    }

    /** What the decoder reads. */
    private final class Parted implements SoundDecoder.Source {
        @Override
        public List<Note> notes(double until) {
            return piece.notes(until, run);
        }

        @Override
        public void latents(int from, int to, float[] into, int at) {
            System.arraycopy(latents.get(new Span(from, to)).floats(), 0, into, at, (to - from) * LATENT);
        }

        @Override
        public float[] noise(int from, int count) {
            return Gaussian.sound(job.request().seed(), job.request().sample(), from, count, NanoConfig.HOP);
        }
    }
}
