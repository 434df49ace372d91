package io.vivace.nn;

import io.vivace.BadCheckpoint;
import io.vivace.graph.Activation;
import io.vivace.weights.Json;
import java.util.Map;

/** How configs spell activations. */
public final class ActivationNames {
    private static final Map<String, Activation> NAMES = Map.of("relu", Activation.RELU, "gelu_tanh", Activation.GELU_TANH,
            "gelu_erf", Activation.GELU_ERF, "silu", Activation.SILU, "tanh", Activation.TANH);

    private ActivationNames() {}

    /** @throws BadCheckpoint if the key is absent or names no activation that is known */
    public static Activation read(Json.ObjectNode config, String key) {
        String name = config.text(key);
        Activation activation = NAMES.get(name);
        if (activation == null) {
            throw new BadCheckpoint(config.get(key).at() + " is \"" + name + "\", but only " + NAMES.keySet().stream().sorted().toList()
                    + " are known; convert the checkpoint with this version.");
        }
        return activation;
    }
}
