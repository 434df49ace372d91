package io.vivace.nn;

import io.vivace.graph.Activation;
import io.vivace.weights.Json;
import java.util.Map;

/** How configs spell activations. */
public final class ActivationNames {
    private static final Map<String, Activation> NAMES = Map.of("relu", Activation.RELU, "gelu_tanh", Activation.GELU_TANH,
            "gelu_erf", Activation.GELU_ERF, "silu", Activation.SILU, "tanh", Activation.TANH);

    private ActivationNames() {}

    /** @throws io.vivace.BadCheckpoint if the key is absent or names no activation that is known */
    public static Activation read(Json.ObjectNode config, String key) {
        Activation activation = NAMES.get(config.text(key));
        if (activation == null) throw config.get(key).wrong("one of " + NAMES.keySet().stream().sorted().toList());
        return activation;
    }
}
