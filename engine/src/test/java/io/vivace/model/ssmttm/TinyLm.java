package io.vivace.model.ssmttm;

import io.vivace.backend.Backend;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.RandomWeights;
import io.vivace.model.ssm.MixerConfig;
import io.vivace.model.ssmttm.PromptPass.Prompted;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import io.vivace.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Language models of a few thousand weights. */
record TinyLm(LmConfig config, Weights weights) {
    private static final int TEXT_WIDTH = 5, LEAST_TEXT = 3;

    /** Layers of one kind, or of Hybrid's two; random sizes and weights. */
    static TinyLm random(Random random, Block block, Storage storage) {
        int heads = 1 + random.nextInt(3), hidden = heads * 2 * (2 + random.nextInt(6)), vocabulary = 4 + random.nextInt(30);
        List<Block> blocks = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) blocks.add(block instanceof Block.Hybrid && i == 1 ? new Block.Simba() : block);
        var config = new LmConfig(hidden, vocabulary, vocabulary - 1, 1 + random.nextInt(4), heads, 4 + random.nextInt(30), mixer(random, hidden), blocks,
                random.nextBoolean(), TEXT_WIDTH, LEAST_TEXT, 1);
        return new TinyLm(config, filled(new MemoryWeights(), config, random.nextLong(), storage));
    }

    private static MixerConfig mixer(Random random, int hidden) {
        int groups = 1 + random.nextInt(2), heads = groups * (1 + random.nextInt(2)), inner = heads * (1 + random.nextInt(20)), taps = 2 + random.nextInt(3);
        boolean bias = random.nextBoolean();
        if (random.nextInt(4) == 0) return new MixerConfig.Selective(hidden, inner, 1 + random.nextInt(9), taps, 1 + random.nextInt(3), bias, true);
        return new MixerConfig.Duality(hidden, inner, 1 + random.nextInt(20), taps, heads, groups, 0, Double.POSITIVE_INFINITY, bias,
                random.nextBoolean(), 1e-5);
    }

    /** Random weights where there are none. */
    private static Weights filled(MemoryWeights weights, LmConfig config, long seed, Storage storage) {
        var lm = new MusicLm(config, new Layout(1, false, LEAST_TEXT, 1));
        Weights floats = new RandomWeights(seed, "embedding", "taps").add(lm.prompt()).add(lm.step(1)).weights();
        for (String name : floats.names()) {
            if (weights.names().contains(name)) continue;
            int[] dims = floats.get(name).dims();
            float[] values = floats.get(name).floats();
            boolean plain = name.contains("embedding") || name.endsWith("taps") || name.endsWith("rates");
            if (dims.length == 1) weights.vector(name, values);
            else if (plain) weights.table(name, Storage.FLOAT32, dims, values);
            else weights.matrix(name, storage, dims[0], dims[1], values);
        }
        return weights;
    }

    /** A model of one layer that adds nothing, in which every codebook counts on from its last id. */
    static TinyLm loop(int vocabulary, int codebooks) {
        int hidden = vocabulary * codebooks;
        var mixer = new MixerConfig.Duality(hidden, 8, 3, 4, 2, 1, 0, Double.POSITIVE_INFINITY, false, true, 1e-5);
        var config = new LmConfig(hidden, vocabulary, vocabulary - 1, codebooks, 1, 4, mixer, List.of(new Block.Mamba()), false, TEXT_WIDTH, LEAST_TEXT, 1);
        var weights = new MemoryWeights().matrix("lm.layers.0.mixer.out", Storage.FLOAT32, hidden, 8, new float[8 * hidden]);
        var heads = new float[hidden * hidden];
        for (int k = 0; k < codebooks; k++) {
            var table = new float[vocabulary * hidden];
            for (int i = 0; i < vocabulary; i++) {
                // Positions are between −1 and 1.
                table[i * hidden + k * vocabulary + i] = 10;
                heads[(k * vocabulary + (i + 1) % vocabulary) * hidden + k * vocabulary + i] = 1;
            }
            weights.table("lm.embedding." + k, Storage.FLOAT32, new int[] {vocabulary, hidden}, table);
        }
        weights.matrix("lm.heads", Storage.FLOAT32, hidden, hidden, heads);
        return new TinyLm(config, filled(weights, config, 1, Storage.FLOAT32));
    }

    /** Shapes of so many steps. */
    Layout layout(int batch, boolean guided, int text, int steps) {
        return new Layout(batch, guided, text, config.selfAttention() ? steps : 0);
    }

    /** What random texts left behind. */
    Prompted[] prompts(Random random, Backend backend, Layout layout) {
        var mask = new int[layout.text()];
        Arrays.fill(mask, 0, 1 + random.nextInt(mask.length), 1);
        var prompts = new Prompted[layout.rows()];
        try (var pass = new PromptPass(config, backend, weights)) {
            for (int row = 0; row < prompts.length; row++) {
                var text = new float[mask.length * TEXT_WIDTH];
                for (int i = 0; i < text.length; i++) text[i] = (float) random.nextGaussian();
                prompts[row] = pass.take(Tensor.of(Shape.of(1, mask.length, TEXT_WIDTH), text), mask);
            }
        }
        return prompts;
    }
}
