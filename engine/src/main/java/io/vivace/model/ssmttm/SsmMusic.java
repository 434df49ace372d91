package io.vivace.model.ssmttm;

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
import io.vivace.model.Composer;
import io.vivace.model.Run;
import io.vivace.model.Samples;
import io.vivace.model.TokenSettings;
import io.vivace.model.dac.Dac;
import io.vivace.model.discodiff.Completion;
import io.vivace.text.Tokenizer;
import io.vivace.text.TokenizerFiles;
import io.vivace.weights.ModelHeader;
import io.vivace.weights.TensorEntry;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * SSM-TTM, arXiv 2601.14786: prompt, T5, one pass that takes the text in, steps of a state-space model with guidance, DAC, sound. In two stages
 * the steps draw the first codebook only, and DiscoDiff makes the others.
 */
public final class SsmMusic implements Composer {
    private final ModelHeader header;
    private final Weights weights;
    private final SsmTtmConfig config;
    private final Backend backend;
    /** Null: one column a pass. */
    private final Draft draft;
    private final Jobs jobs;
    private final Prompts prompts;
    private final Dac codec;
    /** Null where the language model draws all codebooks. */
    private final SecondStage second;
    /** Of the last batch; used again by one of the same shape. */
    private LmSession session;

    private SsmMusic(ModelHeader header, Weights weights, SsmTtmConfig config, Backend backend, Draft draft) {
        this.header = header;
        this.weights = weights;
        this.config = config;
        this.backend = backend;
        this.draft = draft;
        Tokenizer tokenizer = tokenizer(header, weights, config);
        jobs = new Jobs(config, tokenizer);
        prompts = new Prompts(config, tokenizer.encode(""), backend, weights);
        codec = new Dac(config.codec(), backend, weights);
        second = config.second() == null ? null : new SecondStage(config.second(), backend, weights);
    }

    /** @throws BadCheckpoint if the config or the tokenizer is damaged, or there is no codec */
    public static SsmMusic open(ModelHeader header, Weights weights, Backend backend, Speculation speculation) {
        SsmTtmConfig config = SsmTtmConfig.of(header.config());
        if (config.codec() == null) {
            throw new BadCheckpoint(header.config().at().file()
                    + " has no codec, so it cannot be heard; convert it again with --codec and the folder of dac_44khz.");
        }
        return new SsmMusic(header, weights, config, backend, Draft.of(speculation, 0));
    }

    private static Tokenizer tokenizer(ModelHeader header, Weights weights, SsmTtmConfig config) {
        if (!weights.names().contains("tokenizer")) {
            throw new BadCheckpoint(header.config().at().file()
                    + " has no tokenizer, for the checkpoint had none where it was converted; fetch that of google/flan-t5-base ("
                    + TokenizerFiles.NAMES + ", whichever there is) and convert it again with --text-encoder and its folder.");
        }
        Tokenizer tokenizer = Tokenizer.of(weights.get("tokenizer").bytes());
        if (tokenizer.size() > config.text().vocab()) {
            throw new BadCheckpoint("The tokenizer has " + tokenizer.size() + " ids and the text encoder " + config.text().vocab()
                    + "; convert the model again, with the tokenizer that belongs to it.");
        }
        return tokenizer;
    }

    @Override
    public ModelInfo info() {
        int rate = config.codec().sampleRate(), hop = config.codec().hop();
        String licence = header.licence() == null ? "" : header.licence();
        return new ModelInfo(header.family(), backend.description(), rate, 1, Math.ceilDiv(rate, hop), config.codebooks(), Request.MOST_SECONDS, false,
                false, Defaults.guided(config.guidance()), licence);
    }

    @Override
    public Plan plan(List<Request> requests) {
        long bytes = header.tensors().stream().mapToLong(TensorEntry::length).sum();
        return new Planning(config, draft, prompts, bytes).of(Batch.of(config, jobs.of(requests)));
    }

    @Override
    public Composition compose(List<Request> requests, Listener listener) {
        List<Batch> batches = Batch.of(config, jobs.of(requests));
        Run run = run(batches, listener);
        Clip[] clips = new Clip[requests.size()];
        for (Batch batch : batches) {
            var samples = new float[batch.jobs().size()][batch.first().samples()];
            compose(batch, run, Samples.gathering(samples));
            for (int b = 0; b < samples.length; b++) clips[batch.jobs().get(b).index()] = Clip.mono(samples[b], config.codec().sampleRate());
        }
        return new Composition(List.of(clips), run.report(Arrays.stream(clips).mapToDouble(Clip::seconds).sum()));
    }

    @Override
    public Report stream(Request request, Listener listener) {
        List<Batch> batches = Batch.of(config, jobs.of(List.of(request)));
        Run run = run(batches, listener);
        compose(batches.getFirst(), run, piece -> listener.chunk(new Clip(piece, config.codec().sampleRate())));
        return run.report((double) batches.getFirst().first().samples() / config.codec().sampleRate());
    }

    private Run run(List<Batch> batches, Listener listener) {
        return new Run(listener, batches.stream().mapToLong(this::steps).sum());
    }

    /** Steps of both stages. */
    private long steps(Batch batch) {
        return config.steps(batch.first().frames()) + SecondStage.passes(config.second(), batch);
    }

    private void compose(Batch batch, Run run, Consumer<float[][]> sink) {
        LmSession lm = started(batch, run);
        int codebooks = config.lm().codebooks(), steps = config.steps(batch.first().frames()), rows = batch.jobs().size();
        var undelay = new Undelay(rows, codebooks);
        var sound = new Sound(codec, rows, config.codebooks(), batch.first().samples(), run, sink);
        Completion completion = second == null ? null : second.begin(batch, codec, run);
        for (int made = 0; made < steps; ) {
            int left = steps - made, brought = run.pass(Stage.DECODE, () -> lm.step(left));
            run.saved(brought - 1);
            for (int i = 1; i <= brought; i++) run.stepped(Stage.DECODE, rows * drawn(made + i, batch.first().frames()));
            made += brought;
            if (!lm.full() && made < steps) continue;
            int[][][] frames = undelay.frames(run.timed(Stage.DECODE, lm::fetch));
            sound.add(completion == null ? frames : completion.push(firstOf(frames), run));
        }
        if (completion != null) sound.add(completion.finish(run));
        sound.finish();
    }

    private static int[][] firstOf(int[][][] frames) {
        return Arrays.stream(frames).map(row -> row[0]).toArray(int[][]::new);
    }

    /** What the prompts left behind goes into the session, and is needed no longer. */
    private LmSession started(Batch batch, Run run) {
        PromptPass.Prompted[] texts = prompts.of(batch.texts(prompts.empty()), run);
        LmSession lm = session(batch.layout());
        lm.start(TokenSettings.of(batch.jobs().stream().map(Job::request).toList()), batch.first().request().guidance(), texts, true);
        return lm;
    }

    /** Codes of a column that belong to a frame. */
    private int drawn(int column, int frames) {
        int drawn = 0;
        for (int k = 0; k < config.lm().codebooks(); k++) if (column > k && column - 1 - k < frames) drawn++;
        return drawn;
    }

    private LmSession session(Layout layout) {
        if (session != null && !session.layout().equals(layout)) closeSession();
        if (session == null) {
            weights.load();
            session = new LmSession(config.lm(), layout, draft, backend, weights);
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
        prompts.close();
        codec.close();
        if (second != null) second.close();
    }
}
