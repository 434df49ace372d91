package io.vivace.model.clap;

import io.vivace.graph.Activation;
import io.vivace.model.bert.BertConfig;
import io.vivace.nn.ActivationNames;
import io.vivace.weights.Json;

/**
 * The numbers of CLAP's text tower.
 *
 * @param encoder              RoBERTa
 * @param projection           channels of an embedding
 * @param projectionActivation between the two projections
 * @param normalized           whether embeddings are divided by their length
 */
public record ClapConfig(BertConfig encoder, int projection, Activation projectionActivation, boolean normalized) {

    /** @throws io.vivace.BadCheckpoint if a number is missing or makes no sense */
    public static ClapConfig of(Json.ObjectNode config) {
        return new ClapConfig(BertConfig.of(config), config.integer("projection", 1, 1 << 20),
                ActivationNames.read(config, "projection_activation"), config.flag("normalized"));
    }
}
