package io.vivace.model.ssmttm;

import io.vivace.Plan;
import io.vivace.Stage;
import io.vivace.draft.Draft;
import io.vivace.draft.Speculator;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.model.dac.Dac;
import io.vivace.model.ssmttm.Prompts.Key;
import io.vivace.model.t5.T5Encoder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Bytes and passes of batches, from their graphs, before any of them is compiled. */
final class Planning {
    private final SsmTtmConfig config;
    private final Draft draft;
    private final Prompts prompts;
    private final long weightBytes;

    /** @param draft null: one column a pass */
    Planning(SsmTtmConfig config, Draft draft, Prompts prompts, long weightBytes) {
        this.config = config;
        this.draft = draft;
        this.prompts = prompts;
        this.weightBytes = weightBytes;
    }

    /** Batches run one after the other: the largest counts for each kind of memory, all of them for passes. */
    Plan of(List<Batch> batches) {
        long state = 0, activations = 0, codec = 0;
        double seconds = 0;
        Map<Stage, Long> passes = new EnumMap<>(Stage.class);
        long texts = prompts.passes(batches.stream().map(batch -> batch.texts(prompts.empty())).toList());
        passes.put(Stage.TEXT, texts);
        passes.put(Stage.PREFILL, texts);
        // A single clip can be streamed, which keeps nothing of it.
        boolean kept = batches.stream().mapToInt(batch -> batch.jobs().size()).sum() > 1;
        for (Batch batch : batches) {
            state = Math.max(state, stateBytes(batch));
            activations = Math.max(activations, activationBytes(batch));
            codec = Math.max(codec, codecBytes(batch, kept));
            if (config.second() != null) {
                passes.merge(Stage.TEXT, SecondStage.texts(config.second(), batch), Long::sum);
                passes.merge(Stage.DENOISE, SecondStage.passes(config.second(), batch), Long::sum);
            }
            passes.merge(Stage.DECODE, (long) config.steps(batch.first().frames()), Long::sum);
            passes.merge(Stage.CODEC, Dac.passes(config.codec(), batch.first().frames()), Long::sum);
            seconds += (double) batch.jobs().size() * batch.first().samples() / config.codec().sampleRate();
        }
        return new Plan(weightBytes, state, activations, codec, passes, seconds);
    }

    /** All programs that the batch's session will hold. */
    private List<Graph> steps(Batch batch) {
        var lm = new MusicLm(config.lm(), batch.layout());
        List<Graph> graphs = new ArrayList<>(List.of(lm.step(1)));
        for (int taken = 2; draft != null && taken <= Speculator.MOST; taken++) {
            graphs.add(lm.step(taken));
            if (config.lm().has(Block.Part.MIXER)) graphs.add(lm.again(taken - 1));
        }
        return graphs;
    }

    private Graph prompt(Batch batch) {
        return new MusicLm(config.lm(), new Layout(1, false, batch.layout().text(), 0)).prompt();
    }

    /** Those of all rows, those of the pass that takes prompts in, and what every text of the batch left behind, that of the empty one included. */
    private long stateBytes(Batch batch) {
        List<Key> texts = batch.texts(prompts.empty());
        return MemoryPlan.stateBytes(steps(batch)) + (1 + new HashSet<>(texts).size() + 1) * MemoryPlan.stateBytes(List.of(prompt(batch)));
    }

    private long activationBytes(Batch batch) {
        long steps = steps(batch).stream().mapToLong(graph -> MemoryPlan.of(graph).bytes()).sum();
        return steps + MemoryPlan.of(prompt(batch)).bytes() + T5Encoder.bytes(config.text(), 1, batch.layout().text())
                + SecondStage.bytes(config.second(), batch);
    }

    private long codecBytes(Batch batch, boolean kept) {
        int rows = batch.jobs().size();
        long clips = kept ? (long) rows * batch.first().samples() * Float.BYTES : 0;
        return clips + Dac.bytes(config.codec(), rows, config.codebooks(), batch.first().frames());
    }
}
