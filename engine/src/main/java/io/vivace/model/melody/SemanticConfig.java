package io.vivace.model.melody;

import io.vivace.weights.Json;

/**
 * Semantic tokens, and how windows of them and of latent frames go along.
 *
 * @param tokens         that there are
 * @param window         tokens of a window
 * @param framesPerToken latent frames of a token
 * @param chunks         of a window: all but the first of its chunks are the last ones of the window before
 */
public record SemanticConfig(int tokens, int window, int framesPerToken, int chunks) {

    /** @throws io.vivace.BadCheckpoint if a number is missing or makes no sense */
    static SemanticConfig of(Json.ObjectNode config) {
        return new SemanticConfig(config.integer("tokens", 1, 1 << 20), config.integer("window", 1, 1 << 16),
                config.integer("frames_per_token", 1, 1 << 12), config.integer("chunks", 1, 1 << 16));
    }

    /** Latent frames of a window. */
    public int windowFrames() {
        return window * framesPerToken;
    }

    /** Latent frames from one window to the next. */
    public int chunkFrames() {
        return Math.ceilDiv(windowFrames(), chunks);
    }

    /** The first token of window {@code number}, counted from 0. */
    public int firstToken(int number) {
        return (int) ((long) number * chunkFrames() / framesPerToken);
    }
}
