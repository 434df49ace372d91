package io.vivace.model.melody;

import io.vivace.weights.Json;

/**
 * The prompt tokens in front of the language model: a residual quantiser's choice for an embedding that text and sound share.
 *
 * @param levels    tokens of a prompt
 * @param size      entries of a level's codebook
 * @param embedding channels of the embedding, 0: the file has no quantiser
 */
public record PromptConfig(int levels, int size, int embedding) {

    /** @throws io.vivace.BadCheckpoint if a number is missing or makes no sense */
    static PromptConfig of(Json.ObjectNode config) {
        return new PromptConfig(config.integer("levels", 1, 1 << 10), config.integer("codebook_size", 1, 1 << 20),
                config.integer("embedding", 1, 1 << 20, 0));
    }
}
