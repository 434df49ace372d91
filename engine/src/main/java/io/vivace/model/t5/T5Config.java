package io.vivace.model.t5;

import io.vivace.BadCheckpoint;
import io.vivace.graph.Activation;
import io.vivace.nn.ActivationNames;
import io.vivace.weights.Json;

/**
 * The numbers of a T5 encoder.
 *
 * @param vocab       rows of the embedding table
 * @param model       channels of the residual stream
 * @param headSize    channels of one head; heads·headSize need not equal model
 * @param feedForward channels inside the feed-forward block
 * @param gated       whether the feed-forward block is a gated one (version 1.1, flan)
 * @param buckets     of the relative positions, both directions together
 * @param maxDistance from which on all distances share the last bucket
 */
public record T5Config(int vocab, int model, int headSize, int heads, int feedForward, int layers, Activation activation, boolean gated,
        int buckets, int maxDistance, double epsilon) {

    private static final int MOST = 1 << 20;

    /** @throws BadCheckpoint if a number is missing or makes no sense */
    public static T5Config of(Json.ObjectNode config) {
        int buckets = config.integer("buckets", 4, 1 << 12);
        // Half of the buckets for each direction, half of those one distance each.
        int least = buckets / 4 + 1;
        return new T5Config(config.integer("vocab", 1, 1 << 24), config.integer("model", 1, MOST), config.integer("head_size", 1, MOST),
                config.integer("heads", 1, 1 << 12), config.integer("feed_forward", 1, MOST), config.integer("layers", 0, 1 << 12),
                ActivationNames.read(config, "activation"), config.flag("gated"), buckets, config.integer("max_distance", least, MOST),
                config.number("epsilon"));
    }

    /** Channels of all heads. */
    int attention() {
        return heads * headSize;
    }
}
