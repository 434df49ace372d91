package io.vivace.model.melody;

import io.vivace.BadCheckpoint;
import io.vivace.Composition;
import io.vivace.Defaults;
import io.vivace.Listener;
import io.vivace.ModelInfo;
import io.vivace.Plan;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.audio.Clip;
import io.vivace.backend.Backend;
import io.vivace.model.Composer;
import io.vivace.model.Run;
import io.vivace.model.Samples;
import io.vivace.weights.ModelHeader;
import io.vivace.weights.TensorEntry;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.List;

/** MeLoDy, arXiv 2305.15719: prompt tokens, semantic tokens, dual-path diffusion, the VAE-GAN's decoder, sound. */
public final class Melody implements Composer {
    private final ModelHeader header;
    private final MelodyConfig config;
    private final Backend backend;
    private final Speculation speculation;
    private final Jobs jobs;
    private final Parts parts;

    private Melody(ModelHeader header, Weights weights, MelodyConfig config, Speculation speculation, Backend backend) {
        this.header = header;
        this.config = config;
        this.backend = backend;
        this.speculation = speculation;
        jobs = new Jobs(config);
        parts = Parts.open(config, speculation, backend, weights);
    }

    /** @throws BadCheckpoint if the config is damaged, or a part is missing */
    public static Melody open(ModelHeader header, Weights weights, Backend backend, Speculation speculation) {
        MelodyConfig config = MelodyConfig.of(header.config());
        if (!config.whole()) {
            throw new BadCheckpoint("The model lacks parts of MeLoDy, which needs prompt, lm, diffusion and codec to compose; convert a whole checkpoint.");
        }
        return new Melody(header, weights, config, speculation, backend);
    }

    @Override
    public ModelInfo info() {
        double window = config.semantic().windowFrames() / config.frameRate();
        String licence = header.licence() == null ? "" : header.licence();
        return new ModelInfo(header.family(), backend.description(), config.codec().sampleRate(), 1, (int) Math.round(config.frameRate()), 1, window, false,
                false, Defaults.guided(config.diffusion().guidance()), licence);
    }

    @Override
    public Plan plan(List<Request> requests) {
        long bytes = header.tensors().stream().mapToLong(TensorEntry::length).sum();
        return new Planning(config, speculation, parts.tower(), bytes).of(Batch.of(jobs.of(requests)));
    }

    @Override
    public Composition compose(List<Request> requests, Listener listener) {
        List<Batch> batches = Batch.of(jobs.of(requests));
        Run run = run(batches, listener);
        Clip[] clips = new Clip[requests.size()];
        for (Batch batch : batches) {
            var samples = new float[batch.size()][batch.first().samples()];
            new Composing(config, parts, batch, run).compose(Samples.gathering(samples));
            for (int b = 0; b < samples.length; b++) clips[batch.jobs().get(b).index()] = Clip.mono(samples[b], config.codec().sampleRate());
        }
        return new Composition(List.of(clips), run.report(Arrays.stream(clips).mapToDouble(Clip::seconds).sum()));
    }

    @Override
    public Report stream(Request request, Listener listener) {
        List<Batch> batches = Batch.of(jobs.of(List.of(request)));
        Run run = run(batches, listener);
        int rate = config.codec().sampleRate();
        new Composing(config, parts, batches.getFirst(), run).compose(piece -> listener.chunk(Clip.mono(piece[0], rate)));
        return run.report((double) batches.getFirst().first().samples() / rate);
    }

    private static Run run(List<Batch> batches, Listener listener) {
        return new Run(listener, batches.stream().mapToLong(batch -> batch.course().tokens() + batch.denoisings()).sum());
    }

    @Override
    public void close() {
        parts.close();
    }
}
