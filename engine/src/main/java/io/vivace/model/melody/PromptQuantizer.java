package io.vivace.model.melody;

import io.vivace.BadRequest;
import io.vivace.weights.Weights;

/**
 * Turns an embedding of the space that text and audio share into a prompt: each level's token is the entry nearest to what the levels before left over.
 * arXiv 2107.03312 §III-C. Immutable.
 */
public final class PromptQuantizer {
    private final PromptConfig config;
    private final float[] codebooks;

    /** @param config with an embedding */
    public PromptQuantizer(PromptConfig config, Weights weights) {
        this.config = config;
        this.codebooks = weights.get("prompt.codebooks", config.levels(), config.size(), config.embedding()).floats();
    }

    /**
     * One token a level; of entries that are equally near the first.
     *
     * @param embedding [channels]
     * @throws BadRequest if the embedding has another width, or is not finite
     */
    public int[] tokens(float... embedding) {
        if (embedding.length != config.embedding()) {
            throw new BadRequest("The embedding has " + embedding.length + " channels, not " + config.embedding() + "; take it from the model's own tower.");
        }
        for (float x : embedding) if (!Float.isFinite(x)) throw new BadRequest("The embedding holds " + x + "; take one of finite numbers.");
        float[] rest = embedding.clone();
        int[] tokens = new int[config.levels()];
        for (int level = 0; level < tokens.length; level++) {
            int book = level * config.size() * rest.length;
            tokens[level] = nearest(rest, book);
            for (int i = 0; i < rest.length; i++) rest[i] -= codebooks[book + tokens[level] * rest.length + i];
        }
        return tokens;
    }

    private int nearest(float[] rest, int book) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int entry = 0; entry < config.size(); entry++) {
            double distance = 0;
            for (int i = 0; i < rest.length; i++) {
                double difference = rest[i] - codebooks[book + entry * rest.length + i];
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                best = entry;
            }
        }
        return best;
    }
}
