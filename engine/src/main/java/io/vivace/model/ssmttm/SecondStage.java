package io.vivace.model.ssmttm;

import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.dac.Dac;
import io.vivace.model.discodiff.Completion;
import io.vivace.model.discodiff.Conditions;
import io.vivace.model.discodiff.DiscoDiff;
import io.vivace.model.discodiff.DiscoDiffConfig;
import io.vivace.model.discodiff.Noise;
import io.vivace.model.discodiff.Walk;
import io.vivace.model.t5.T5Encoder;
import io.vivace.sample.Gaussian;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** DiscoDiff behind the language model: it hears the prompt too, and makes the other codebooks out of the first. */
final class SecondStage implements AutoCloseable {
    /** Frames of a clip are fewer: so each draw of a run has numbers of its own. */
    private static final int DRAW_BITS = 19;

    private final SsmTtmConfig.Second config;
    private final T5Encoder encoder;
    private final DiscoDiff network;

    SecondStage(SsmTtmConfig.Second config, Backend backend, Weights weights) {
        this.config = config;
        encoder = new T5Encoder(config.text(), config.prefix(), backend, weights);
        network = new DiscoDiff(config.network(), backend, weights);
    }

    /** The original's steps if all of them are asked for, else few. */
    static Walk walk(DiscoDiffConfig network, Batch batch) {
        int steps = batch.first().request().denoising().steps();
        return steps == network.steps() ? Walk.ancestral(network) : Walk.of(steps, network);
    }

    /** Begins the clips of a batch. */
    Completion begin(Batch batch, Dac codec, Run run) {
        List<Job> jobs = batch.jobs();
        Noise noise = (draw, frame, shape) -> noise(jobs, draw, frame, shape);
        return network.completion(codec, jobs.size(), new Conditions(text(jobs, run), null), noise, walk(config.network(), batch));
    }

    /** Each prompt goes alone, and once. */
    private Tensor text(List<Job> jobs, Run run) {
        Map<List<Integer>, float[]> known = new HashMap<>();
        int tokens = jobs.getFirst().ids().length, size = tokens * config.text().model();
        var all = new float[jobs.size() * size];
        for (int b = 0; b < jobs.size(); b++) {
            int[] ids = jobs.get(b).ids();
            float[] own = known.computeIfAbsent(Arrays.stream(ids).boxed().toList(), _ -> run.pass(Stage.TEXT, () -> encode(ids)));
            System.arraycopy(own, 0, all, b * size, size);
        }
        return Tensor.of(Shape.of(jobs.size(), tokens, config.text().model()), all);
    }

    private float[] encode(int[] ids) {
        var mask = new int[ids.length];
        Arrays.fill(mask, 1);
        return encoder.encode(new int[][] {ids}, new int[][] {mask}).floats();
    }

    private static Tensor noise(List<Job> jobs, int draw, long frame, Shape shape) {
        int frames = shape.at(1), channels = shape.last();
        var all = new float[shape.size()];
        for (int b = 0; b < jobs.size(); b++) {
            float[] own = Gaussian.frames(jobs.get(b).request().seed(), jobs.get(b).request().sample(), ((long) draw << DRAW_BITS) + frame, frames, channels);
            System.arraycopy(own, 0, all, b * own.length, own.length);
        }
        return Tensor.of(shape, all);
    }

    /** Steps that a batch takes here. */
    static long passes(SsmTtmConfig.Second config, Batch batch) {
        return config == null ? 0 : DiscoDiff.passes(config.network(), batch.first().frames(), walk(config.network(), batch));
    }

    /** Prompts that a batch encodes here. */
    static long texts(SsmTtmConfig.Second config, Batch batch) {
        return config == null ? 0 : batch.jobs().stream().map(job -> Arrays.stream(job.ids()).boxed().toList()).distinct().count();
    }

    static long bytes(SsmTtmConfig.Second config, Batch batch) {
        if (config == null) return 0;
        int tokens = batch.first().ids().length;
        return T5Encoder.bytes(config.text(), 1, tokens)
                + DiscoDiff.bytes(config.network(), batch.jobs().size(), batch.first().frames(), tokens, 0, walk(config.network(), batch));
    }

    @Override
    public void close() {
        encoder.close();
        network.close();
    }
}
