package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** JSON of tokenizer files: a parser with bounds, and small trees whose errors name the place. */
final class Json {
    static final int LONGEST_FILE = 1 << 26;
    private static final int MOST_TREE_VALUES = 200_000;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).maxTokenCount(8_000_000).maxNumberLength(100)
                    .maxNameLength(1 << 14).maxStringLength(LONGEST_FILE).maxDocumentLength(LONGEST_FILE).build())
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    private Json() {
    }

    /** A parser in front of the first value. */
    static JsonParser parser(byte[] text) {
        JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text);
        parser.nextToken();
        return parser;
    }

    static Value tree(byte[] text) {
        try (JsonParser parser = parser(text)) {
            return tree(parser, "");
        }
    }

    /** The value that the parser stands at; the parser then stands at its last token. Recursion is bounded by the parser. */
    static Value tree(JsonParser parser, String path) {
        return new Value(read(parser, new int[] {MOST_TREE_VALUES}), path);
    }

    private static Object read(JsonParser parser, int[] left) {
        if (--left[0] < 0) throw new BadCheckpoint("it has more than " + MOST_TREE_VALUES + " settings");
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                var members = new LinkedHashMap<String, Object>();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, read(parser, left));
                }
                yield members;
            }
            case START_ARRAY -> {
                var items = new ArrayList<Object>();
                while (parser.nextToken() != JsonToken.END_ARRAY) items.add(read(parser, left));
                yield items;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case null, default -> null;
        };
    }

    /**
     * A value and where it stands.
     *
     * @param raw Map, List, String, Double, Boolean or null
     */
    record Value(Object raw, String path) {

        boolean isNull() {
            return raw == null;
        }

        boolean isString() {
            return raw instanceof String;
        }

        boolean isObject() {
            return raw instanceof Map<?, ?>;
        }

        /** A member; one that is absent reads as null. */
        Value get(String name) {
            return new Value(members().get(name), path.isEmpty() ? name : path + "." + name);
        }

        Map<?, ?> members() {
            if (raw instanceof Map<?, ?> members) return members;
            throw wrong("an object");
        }

        List<Value> items() {
            if (!(raw instanceof List<?> items)) throw wrong("a list");
            var values = new ArrayList<Value>();
            for (int i = 0; i < items.size(); i++) values.add(new Value(items.get(i), path + "[" + i + "]"));
            return values;
        }

        String string() {
            if (raw instanceof String string) return string;
            throw wrong("a string");
        }

        String string(String absent) {
            return raw == null ? absent : string();
        }

        boolean flag(boolean absent) {
            if (raw == null) return absent;
            if (raw instanceof Boolean flag) return flag;
            throw wrong("true or false");
        }

        /** A number of things or an id: 0 to {@link Tokenizer#MOST_IDS}. */
        int count() {
            if (raw instanceof Double number && number >= 0 && number <= Tokenizer.MOST_IDS && number == Math.rint(number)) {
                return number.intValue();
            }
            throw wrong("a whole number from 0 to " + Tokenizer.MOST_IDS);
        }

        int count(int absent) {
            return raw == null ? absent : count();
        }

        BadCheckpoint wrong(String wanted) {
            return new BadCheckpoint((path.isEmpty() ? "the file" : path) + " must be " + wanted + ", not " + shown());
        }

        /** @param known what is supported in its place */
        BadCheckpoint unsupported(String known) {
            return new BadCheckpoint(path + " " + shown() + " is not supported (supported: " + known + ")");
        }

        private String shown() {
            return switch (raw) {
                case null -> "null";
                case Map<?, ?> _ -> "an object";
                case List<?> _ -> "a list";
                case String string -> "\"" + (string.length() > 40 ? string.substring(0, 40) + "…" : string) + "\"";
                default -> raw.toString();
            };
        }
    }
}
