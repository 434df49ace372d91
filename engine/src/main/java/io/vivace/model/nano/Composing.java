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
    private final ExpectedLoudness loudness;

    Composing(NanoConfig config, Parts parts, Job job, Run run) {
        this.config = config;
        this.parts = parts;
        this.job = job;
        this.run = run;
        features = new NoteFeatures(config, job.sheet());
        loudness = parts.decoder().loudness(Finish.LEVELLED / (2 * NanoConfig.HOP));
        piece = new Piece(config, parts.writer(), job.sheet(), job.bars(), job.request().loop(), job.request().seconds(),
                TokenSettings.of(List.of(job.request())));
    }

    /** @param sink takes the next samples, [1][samples] */
    void compose(Consumer<float[][]> sink) {
        var finish = new Finish(job, new Samples(job.samples(), sink)::give);
        var windows = new LatentWindows(config, parts.sampler(), job.sheet(), job.latents(config), new Window());
        SoundDecoder.Stream sound = parts.decoder().stream(job.sheet(), job.latents(config), new Stretch());
        Walk walk = Walk.of(job.request().denoising(), 1);
        while (!windows.whole()) {
            float[] made = windows.next(walk, run);
            latents.append(Tensor.of(Shape.of(1, made.length / LATENT, LATENT), made));
            loudness.add(made);
            decode(sound, finish);
            latents.drop(sound.from());
            piece.forget(2L * Math.min(sound.from(), windows.start()));
        }
    }

    /** Decodes what can be decoded. */
    private void decode(SoundDecoder.Stream sound, Finish finish) {
        while (!finish.done() && sound.needs() <= latents.end()) {
            float[] made = sound.next(run);
            finish.accept(made, loudness.above(sound.heard()));
        }
    }

    /** What the sampler reads. */
    private final class Window implements LatentWindows.Source {
        @Override
        public float[] noise(int from, int count) {
            return Gaussian.frames(job.request().seed(), job.request().sample(), from, count, LATENT);
        }

        @Override
        public float[] features(int from, int count) {
            return features.of(piece.notes(2 * (from + count) * NoteFeatures.FRAME, run), 2L * from, 2 * count);
        }
    }

    /** What the decoder reads. */
    private final class Stretch implements SoundDecoder.Source {
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
