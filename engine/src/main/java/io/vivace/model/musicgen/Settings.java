package io.vivace.model.musicgen;

import io.vivace.Request;
import io.vivace.model.TokenSettings;
import java.util.List;

/**
 * How the codes of a batch are drawn.
 *
 * @param guidance scale for all rows
 */
record Settings(TokenSettings tokens, float guidance) {

    static Settings of(List<Request> requests) {
        return new Settings(TokenSettings.of(requests), (float) requests.getFirst().guidance());
    }

    /** Always the likeliest token. */
    static Settings greedy(int batch, double guidance) {
        return new Settings(TokenSettings.greedy(batch), (float) guidance);
    }
}
