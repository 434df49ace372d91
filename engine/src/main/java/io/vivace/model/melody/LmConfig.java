package io.vivace.model.melody;

import io.vivace.weights.Json;

/**
 * The semantic language model, a LLaMA (arXiv 2302.13971).
 *
 * @param hidden      channels, an even multiple of heads
 * @param feedForward channels inside the gated feed-forward block
 * @param ropeTheta   base of the rotary positions
 * @param positions   that it was trained on: prompt and window must fit
 * @param headsAhead  further heads, for the tokens after the next one
 */
public record LmConfig(int hidden, int feedForward, int layers, int heads, double epsilon, double ropeTheta, int positions, int headsAhead) {
    private static final int MOST = 1 << 20;

    /** @throws io.vivace.BadCheckpoint if a number is missing or makes no sense */
    static LmConfig of(Json.ObjectNode config) {
        int hidden = config.integer("hidden_size", 1, MOST), heads = config.integer("num_attention_heads", 1, 1 << 12);
        if (hidden % (2 * heads) != 0) throw config.get("hidden_size").wrong("an even multiple of the " + heads + " heads");
        double theta = config.number("rope_theta"), epsilon = config.number("rms_norm_eps");
        if (!(theta > 0)) throw config.get("rope_theta").wrong("a number above 0");
        if (!(epsilon > 0 && epsilon < 1)) throw config.get("rms_norm_eps").wrong("a number above 0 and below 1");
        return new LmConfig(hidden, config.integer("intermediate_size", 1, MOST), config.integer("num_hidden_layers", 0, 1 << 12), heads, epsilon,
                theta, config.integer("max_position_embeddings", 1, 1 << 24), config.integer("heads_ahead", 0, 64, 0));
    }
}
