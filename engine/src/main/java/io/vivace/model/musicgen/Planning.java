package io.vivace.model.musicgen;

import io.vivace.Plan;
import io.vivace.Stage;
import io.vivace.draft.Draft;
import io.vivace.draft.Speculator;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.model.encodec.Encodec;
import io.vivace.model.musicgen.Decoder.Layout;
import io.vivace.model.t5.T5Encoder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Bytes and passes of batches, from their graphs, before any of them is compiled. */
final class Planning {
    private final MusicGenConfig config;
    private final Draft draft;
    private final long weightBytes;

    /** @param draft null: one column a pass */
    Planning(MusicGenConfig config, Draft draft, long weightBytes) {
        this.config = config;
        this.draft = draft;
        this.weightBytes = weightBytes;
    }

    /** Batches run one after the other: the largest counts for each kind of memory, all of them for passes. */
    Plan of(List<Batch> batches) {
        long state = 0, activations = 0, codec = 0;
        double seconds = 0;
        Map<Stage, Long> passes = new EnumMap<>(Stage.class);
        for (Batch batch : batches) {
            List<Graph> graphs = graphs(batch);
            state = Math.max(state, MemoryPlan.stateBytes(graphs));
            activations = Math.max(activations, graphs.stream().mapToLong(graph -> MemoryPlan.of(graph).bytes()).sum() + textBytes(batch));
            codec = Math.max(codec, codecBytes(batch));
            passes(batch).forEach((stage, count) -> passes.merge(stage, count, Long::sum));
            seconds += (double) batch.jobs().size() * batch.first().samples() / config.codec().sampleRate();
        }
        return new Plan(weightBytes, state, activations, codec, passes, seconds);
    }

    /** All programs that the batch's session will hold. */
    private List<Graph> graphs(Batch batch) {
        Layout layout = batch.layout();
        Decoder decoder = new Decoder(config.decoder(), layout);
        Conditioner conditioner = new Conditioner(config, layout);
        List<Graph> graphs = new ArrayList<>(List.of(decoder.step(1, 1, false)));
        for (int taken = 2; draft != null && taken <= Speculator.MOST; taken++) graphs.add(decoder.step(taken, taken, false));
        for (Prefill prefill : batch.windows().stream().map(window -> Prefill.of(window.prompt())).distinct().toList()) {
            if (prefill.fills() > 0) graphs.add(decoder.fill(Prefill.PIECE, true));
            if (prefill.fills() > 1 && layout.prefix() > 0) graphs.add(decoder.fill(Prefill.PIECE, false));
            if (prefill.lastIsMore(layout.prefix())) graphs.add(decoder.step(prefill.last(), 1, prefill.fills() == 0));
        }
        if (layout.prefix() > 0) graphs.add(conditioner.prefix());
        else if (layout.text() > 0) graphs.add(conditioner.crossAttention());
        return graphs;
    }

    /** The encoder keeps a program for each length of prompt. */
    private long textBytes(Batch batch) {
        return batch.jobs().stream().mapToInt(job -> job.ids().length).filter(tokens -> tokens > 0).distinct()
                .mapToLong(tokens -> T5Encoder.bytes(config.text(), 1, tokens)).sum();
    }

    private long codecBytes(Batch batch) {
        int rows = batch.jobs().size() * config.decoder().channels(), known = batch.first().known();
        long encoder = known == 0 ? 0 : Encodec.encoderBytes(config.codec(), 1, known * config.samplesPerFrame());
        long clips = (long) rows * batch.first().samples() * Float.BYTES;
        return encoder + clips + Encodec.decoderBytes(config.codec(), rows, batch.first().frames());
    }

    private Map<Stage, Long> passes(Batch batch) {
        Map<Stage, Long> passes = new EnumMap<>(Stage.class);
        long steps = batch.steps(config.pattern());
        int prefix = batch.layout().prefix();
        List<Prefill> known = batch.windows().stream().map(window -> Prefill.of(window.prompt())).toList();
        long prefills = known.stream().mapToInt(prefill -> prefill.passes(prefix)).sum();
        long drawing = known.stream().filter(prefill -> prefill.lastIsMore(prefix)).count();
        long prompts = batch.jobs().stream().map(job -> job.request().prompt()).filter(prompt -> !prompt.isEmpty()).distinct().count();
        passes.put(Stage.TEXT, prompts);
        if (batch.first().known() > 0) {
            long clip = Encodec.encoderPasses(config.codec(), batch.first().known() * config.samplesPerFrame());
            passes.put(Stage.CONTINUATION, batch.jobs().size() * config.decoder().channels() * clip);
        }
        if (prefills > 0) passes.put(Stage.PREFILL, prefills);
        passes.put(Stage.DECODE, steps - drawing);
        passes.put(Stage.CODEC, Encodec.decoderPasses(config.codec(), batch.first().frames()));
        return passes;
    }
}
