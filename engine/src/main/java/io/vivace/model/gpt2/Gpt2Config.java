package io.vivace.model.gpt2;

import io.vivace.graph.Activation;
import io.vivace.nn.ActivationNames;
import io.vivace.weights.Json;

/**
 * The numbers of a GPT-2 decoder that is fed with embeddings.
 *
 * @param hidden      channels, a multiple of heads
 * @param feedForward channels inside the feed-forward block
 * @param positions   rows of the position table
 */
public record Gpt2Config(int hidden, int layers, int heads, int feedForward, Activation activation, int positions, double epsilon) {
    private static final int MOST = 1 << 20;

    /** @throws io.vivace.BadCheckpoint if a number is missing or makes no sense */
    public static Gpt2Config of(Json.ObjectNode config) {
        int hidden = config.integer("hidden", 1, MOST), heads = config.integer("heads", 1, 1 << 12);
        if (hidden % heads != 0) throw config.get("hidden").wrong("a multiple of the " + heads + " heads");
        return new Gpt2Config(hidden, config.integer("layers", 0, 1 << 12), heads, config.integer("feed_forward", 1, MOST),
                ActivationNames.read(config, "activation"), config.integer("positions", 1, MOST), config.number("epsilon"));
    }
}
