package io.vivace.converter.recipe;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json.ObjectNode;

/** Words of foreign configs in our own. */
final class Names {
    /** No public model comes near; a larger number is a damaged config. */
    static final int MOST = 1 << 20;

    private Names() { }

    static String activation(ObjectNode config, String key, String otherwise) {
        String name = config.text(key, otherwise);
        return switch (name) {
            case "relu" -> "relu";
            case "gelu" -> "gelu_erf";
            case "gelu_new", "gelu_pytorch_tanh", "gelu_tanh" -> "gelu_tanh";
            case "silu", "swish" -> "silu";
            case "tanh" -> "tanh";
            default -> throw new BadCheckpoint(config.at() + ": " + key + " is " + config.get(key).brief()
                    + ", an activation that is not supported; relu, gelu, gelu_new, silu and tanh are.");
        };
    }

    static int size(ObjectNode config, String key, int otherwise) {
        return config.integer(key, 1, MOST, otherwise);
    }

    /** What a norm adds to the variance. */
    static double epsilon(ObjectNode config, String key, double otherwise) {
        double epsilon = config.number(key, otherwise);
        check(epsilon > 0 && epsilon < 1, config, key + " is " + epsilon + ", but a number above 0 and below 1 is needed");
        return epsilon;
    }

    /** One sentence about a config whose values contradict each other. */
    static void check(boolean right, ObjectNode config, String what) {
        if (!right) {
            throw new BadCheckpoint(config.at() + ": " + what + "; correct the file or fetch it again.");
        }
    }
}
