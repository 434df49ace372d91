package io.vivace.text;

import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.util.Map;

/** tokenizer_config.json, or nothing where there is none. */
record Settings(ObjectNode values) {
    static final Settings NONE = new Settings(Json.of("", Map.of()));

    /** The content of a special token, written as a string or as an object with its rules. */
    String token(String name, String absent) {
        return values.has(name) && values.get(name) instanceof ObjectNode token ? token.text("content") : values.text(name, absent);
    }

    boolean flag(String name, boolean absent) {
        return values.flag(name, absent);
    }

    int count(String name, int absent) {
        return values.integer(name, 0, Tokenizer.MOST_IDS, absent);
    }

    String string(String name, String absent) {
        return values.text(name, absent);
    }
}
