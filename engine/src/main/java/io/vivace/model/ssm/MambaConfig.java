package io.vivace.model.ssm;

import io.vivace.weights.Json;

/**
 * A language model of state-space layers alone.
 *
 * @param vocabulary rows of the embedding table, those included that only round it up
 * @param epsilon    of the norms before each layer and before the head
 */
public record MambaConfig(int vocabulary, int layers, double epsilon, MixerConfig mixer) {

    /** @throws io.vivace.BadCheckpoint if a number is missing or does not fit the others */
    public static MambaConfig of(Json.ObjectNode config) {
        double epsilon = config.number("epsilon");
        if (!(epsilon > 0 && epsilon < 1)) throw config.get("epsilon").wrong("a number above 0 and below 1");
        return new MambaConfig(config.integer("vocab", 1, 1 << 24), config.integer("layers", 0, 1 << 12), epsilon, MixerConfig.of(config.object("mixer")));
    }
}
