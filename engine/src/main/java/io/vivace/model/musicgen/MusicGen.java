package io.vivace.model.musicgen;

import io.vivace.BadCheckpoint;
import io.vivace.Composition;
import io.vivace.Defaults;
import io.vivace.Listener;
import io.vivace.ModelInfo;
import io.vivace.Plan;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.Stage;
import io.vivace.audio.Clip;
import io.vivace.backend.Backend;
import io.vivace.draft.Draft;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Composer;
import io.vivace.model.Run;
import io.vivace.model.encodec.Encodec;
import io.vivace.model.musicgen.Decoder.Layout;
import io.vivace.model.t5.T5Encoder;
import io.vivace.text.Tokenizer;
import io.vivace.text.TokenizerFiles;
import io.vivace.weights.ModelHeader;
import io.vivace.weights.TensorEntry;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** MusicGen, arXiv 2306.05284: prompt, T5, delay-pattern decoding with guidance, EnCodec, sound; and its stereo and melody variants. */
public final class MusicGen implements Composer {
    private final ModelHeader header;
    private final Weights weights;
    private final MusicGenConfig config;
    private final Backend backend;
    /** Null: one column a pass. */
    private final Draft draft;
    private final Jobs jobs;
    private final T5Encoder encoder;
    private final Encodec codec;
    /** Of the last batch; used again by one of the same shape. */
    private DecoderSession session;

    private MusicGen(ModelHeader header, Weights weights, MusicGenConfig config, Backend backend, Draft draft) {
        this.header = header;
        this.weights = weights;
        this.config = config;
        this.backend = backend;
        this.draft = draft;
        jobs = new Jobs(config, tokenizer(header, weights, config));
        encoder = new T5Encoder(config.text(), backend, weights);
        codec = new Encodec(config.codec(), backend, weights);
    }

    private static Tokenizer tokenizer(ModelHeader header, Weights weights, MusicGenConfig config) {
        if (!weights.names().contains("tokenizer")) {
            throw new BadCheckpoint(header.config().at().file() + " has no tokenizer, for the checkpoint had none where it was converted; fetch its "
                    + TokenizerFiles.NAMES + ", whichever there is, beside its config.json and convert it again.");
        }
        Tokenizer tokenizer = Tokenizer.of(weights.get("tokenizer").bytes());
        if (tokenizer.size() > config.text().vocab()) {
            throw new BadCheckpoint("The tokenizer has " + tokenizer.size() + " ids and the text encoder " + config.text().vocab()
                    + "; convert the model again, with the tokenizer that belongs to it.");
        }
        return tokenizer;
    }

    /** @throws BadCheckpoint if the config or the tokenizer is damaged */
    public static MusicGen open(ModelHeader header, Weights weights, Backend backend, Speculation speculation) {
        return new MusicGen(header, weights, MusicGenConfig.of(header.config()), backend, Draft.of(speculation, 0));
    }

    @Override
    public ModelInfo info() {
        double window = (double) config.windows(0).frames() * config.samplesPerFrame() / config.codec().sampleRate();
        String licence = header.licence() == null ? "" : header.licence();
        return new ModelInfo(header.family(), backend.description(), config.codec().sampleRate(), config.decoder().channels(),
                config.frameRate(), config.decoder().codebooks(), window, config.chroma() != null, false, Defaults.guided(config.guidance()),
                licence);
    }

    @Override
    public Plan plan(List<Request> requests) {
        long bytes = header.tensors().stream().mapToLong(TensorEntry::length).sum();
        return new Planning(config, draft, bytes).of(Batch.of(config, jobs.of(requests)));
    }

    @Override
    public Composition compose(List<Request> requests, Listener listener) {
        List<Batch> batches = Batch.of(config, jobs.of(requests));
        Run run = run(batches, listener);
        Clip[] clips = new Clip[requests.size()];
        for (Batch batch : batches) {
            var samples = new float[batch.jobs().size()][config.decoder().channels()][batch.first().samples()];
            compose(batch, run, new Gathering(samples));
            for (int b = 0; b < samples.length; b++) clips[batch.jobs().get(b).index()] = new Clip(samples[b], config.codec().sampleRate());
        }
        return new Composition(List.of(clips), run.report(Arrays.stream(clips).mapToDouble(Clip::seconds).sum()));
    }

    @Override
    public Report stream(Request request, Listener listener) {
        List<Batch> batches = Batch.of(config, jobs.of(List.of(request)));
        Run run = run(batches, listener);
        compose(batches.getFirst(), run, piece -> listener.chunk(new Clip(piece[0], config.codec().sampleRate())));
        return run.report((double) batches.getFirst().first().samples() / config.codec().sampleRate());
    }

    private Run run(List<Batch> batches, Listener listener) {
        return new Run(listener, batches.stream().mapToLong(batch -> batch.steps(config.pattern())).sum());
    }

    private void compose(Batch batch, Run run, Consumer<float[][][]> sink) {
        Settings settings = Settings.of(batch.jobs().stream().map(Job::request).toList());
        BatchRun.Conditioning conditioning = conditioning(batch, run);
        int[][][] known = known(batch, run);
        DecoderSession decoder = session(batch.layout());
        try (Sound sound = new Sound(config, codec, batch.jobs().size(), batch.first().samples(), run, sink)) {
            new BatchRun(batch, config.pattern(), decoder, run, sound, known).compose(settings, conditioning);
        }
    }

    private BatchRun.Conditioning conditioning(Batch batch, Run run) {
        Layout layout = batch.layout();
        int tokens = layout.prefix() > 0 ? layout.prefix() - config.chroma().length() : layout.text();
        TextStates text = TextStates.of(batch.jobs(), tokens, config.textWidth(), encoder, run);
        if (layout.prefix() == 0) return frame -> new Conditions(text.states(), text.mask(), null);
        List<Melody> melodies = batch.jobs().stream().map(job -> new Melody(config.chroma(), job.request().given().melody())).toList();
        return frame -> new Conditions(text.states(), text.mask(), chroma(melodies, frame));
    }

    private Tensor chroma(List<Melody> melodies, int frame) {
        int length = config.chroma().length(), bins = config.chroma().bins();
        var chroma = new float[melodies.size() * length * bins];
        double second = (double) frame * config.samplesPerFrame() / config.codec().sampleRate();
        for (int b = 0; b < melodies.size(); b++) {
            System.arraycopy(melodies.get(b).frames(second), 0, chroma, b * length * bins, length * bins);
        }
        return Tensor.of(Shape.of(melodies.size(), length, bins), chroma);
    }

    /** Codes of what is to be continued, [batch][codebooks][frames]. */
    private int[][][] known(Batch batch, Run run) {
        var known = new int[batch.jobs().size()][config.decoder().codebooks()][0];
        if (batch.first().known() == 0) return known;
        for (int b = 0; b < known.length; b++) {
            float[][] audio = Continuation.fitted(batch.jobs().get(b).request().given().continuation(), config).samples();
            known[b] = run.passes(Stage.CONTINUATION, codec::passes, () -> Continuation.codes(new float[][][] {audio}, config, codec)[0]);
        }
        return known;
    }

    private DecoderSession session(Layout layout) {
        if (session != null && !session.layout().equals(layout)) closeSession();
        if (session == null) {
            weights.load();
            session = new DecoderSession(config, layout, draft, backend, weights);
        }
        return session;
    }

    private void closeSession() {
        if (session != null) session.close();
        session = null;
    }

    @Override
    public void close() {
        closeSession();
        encoder.close();
        codec.close();
    }
}
