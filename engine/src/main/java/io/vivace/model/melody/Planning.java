package io.vivace.model.melody;

import io.vivace.Plan;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.Stage;
import io.vivace.model.diffusion.Walk;
import io.vivace.model.melody.DenoisingGraphs.Size;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Bytes and passes of batches, from their graphs, before any of them is compiled. */
final class Planning {
    private final MelodyConfig config;
    private final Speculation speculation;
    private final PromptTower tower;
    private final long weightBytes;

    /** @param tower null where the model has none */
    Planning(MelodyConfig config, Speculation speculation, PromptTower tower, long weightBytes) {
        this.config = config;
        this.speculation = speculation;
        this.tower = tower;
        this.weightBytes = weightBytes;
    }

    /** Batches run one after the other: the largest counts for each kind of memory, all of them for passes. */
    Plan of(List<Batch> batches) {
        long state = 0, activations = 0, codec = 0;
        double seconds = 0;
        Map<Stage, Long> passes = new EnumMap<>(Stage.class);
        for (Batch batch : batches) {
            SemanticLm.Bytes lm = SemanticLm.bytes(config, speculation, batch.size(), batch.course().tokens());
            state = Math.max(state, lm.state());
            activations = Math.max(activations, lm.activations() + samplerBytes(batch) + texts(batch).mapToLong(text -> tower.bytes(text)).sum());
            codec = Math.max(codec, codecBytes(batch));
            passes(batch).forEach((stage, count) -> passes.merge(stage, count, Long::sum));
            seconds += (double) batch.size() * batch.first().samples() / config.codec().sampleRate();
        }
        return new Plan(weightBytes, state, activations, codec, passes, seconds);
    }

    /** The sampler keeps the two sizes of window that it used last. */
    private long samplerBytes(Batch batch) {
        Walk walk = batch.walk();
        boolean guided = walk.guides(), plain = walk.plain();
        return batch.course().windows().stream().map(window -> new Size(batch.size(), window.length(), window.tokens())).distinct()
                .map(size -> LatentSampler.bytes(config, size.batch(), size.frames(), size.tokens(), guided, plain)).sorted(Comparator.reverseOrder())
                .limit(LatentSampler.SIZES).mapToLong(Long::longValue).sum();
    }

    private long codecBytes(Batch batch) {
        Job first = batch.first();
        long clips = (long) batch.size() * first.samples() * Float.BYTES;
        long encoder = first.known() == null ? 0 : MelodyCodec.encoderBytes(config.codec(), 1, first.known().frames());
        return clips + encoder + MelodyCodec.decoderBytes(config.codec(), batch.size(), first.course().frames());
    }

    /** The texts of its prompts, each once. */
    private static Stream<String> texts(Batch batch) {
        return batch.jobs().stream().map(Job::request).filter(request -> request.given().promptTokens() == null).map(Request::prompt).distinct();
    }

    private Map<Stage, Long> passes(Batch batch) {
        Map<Stage, Long> passes = new EnumMap<>(SemanticLm.passes(config, batch.course().tokens()));
        Job first = batch.first();
        long texts = texts(batch).count();
        if (texts > 0) passes.put(Stage.TEXT, texts);
        if (first.known() != null) passes.put(Stage.CONTINUATION, batch.size() * MelodyCodec.encoderPasses(config.codec(), first.known().frames()));
        passes.put(Stage.DENOISE, (long) batch.denoisings());
        passes.put(Stage.CODEC, MelodyCodec.decoderPasses(config.codec(), first.course().frames()));
        passes.values().removeIf(count -> count == 0);
        return passes;
    }
}
