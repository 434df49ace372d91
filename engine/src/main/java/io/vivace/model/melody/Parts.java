package io.vivace.model.melody;

import io.vivace.Speculation;
import io.vivace.backend.Backend;
import io.vivace.weights.Weights;

/**
 * The networks of a whole model.
 *
 * @param tower null where the file has none
 */
record Parts(PromptTower tower, SemanticLm lm, LatentSampler sampler, MelodyCodec codec) implements AutoCloseable {

    static Parts open(MelodyConfig config, Speculation speculation, Backend backend, Weights weights) {
        return new Parts(PromptTower.of(config, backend, weights).orElse(null), new SemanticLm(config, speculation, backend, weights), new LatentSampler(config, backend, weights),
                new MelodyCodec(config.codec(), backend, weights));
    }

    @Override
    public void close() {
        if (tower != null) tower.close();
        lm.close();
        sampler.close();
        codec.close();
    }
}
