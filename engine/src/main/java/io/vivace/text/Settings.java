package io.vivace.text;

import java.util.Map;

/** tokenizer_config.json, or nothing where there is none. */
record Settings(Json.Value values) {
    static final Settings NONE = new Settings(new Json.Value(Map.of(), ""));

    static Settings of(byte[] file) {
        Json.Value values = Json.tree(file);
        values.members();
        return new Settings(values);
    }

    boolean has(String name) {
        return !values.get(name).isNull();
    }

    /** The content of a special token, written as a string or as an object with its rules. */
    String token(String name, String absent) {
        Json.Value token = values.get(name);
        return token.isObject() ? token.get("content").string() : token.string(absent);
    }

    boolean flag(String name, boolean absent) {
        return values.get(name).flag(absent);
    }

    int count(String name, int absent) {
        return values.get(name).count(absent);
    }

    String string(String name, String absent) {
        return values.get(name).string(absent);
    }
}
