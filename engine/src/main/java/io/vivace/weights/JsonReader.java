package io.vivace.weights;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Reads a JSON document of bounded size and depth; a key that occurs twice is an error. */
public final class JsonReader {
    private static final int MOST_DEPTH = 64;
    private static final int MOST_TOKENS = 4_000_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Names come from files: interning them would grow a table that outlives the file.
            .disable(tools.jackson.core.TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .disable(tools.jackson.core.TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MOST_DEPTH).maxNumberLength(400).maxNameLength(4096).maxStringLength(1 << 20)
                    .maxTokenCount(MOST_TOKENS).build())
            .build();

    private JsonReader() { }

    /**
     * @param file  what to call the document in messages
     * @param bytes UTF-8
     * @throws BadCheckpoint if it is not one JSON object within the limits
     */
    public static Json.ObjectNode read(String file, byte[] bytes) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadCheckpoint(file + " does not begin with a JSON object; it is damaged or of another kind, fetch it again.");
            }
            Json tree = value(parser, new Place(file, ""));
            if (parser.nextToken() != null) {
                throw new BadCheckpoint(file + " goes on after its JSON object ends, at character " + offset(parser.currentTokenLocation()) + "; fetch it again.");
            }
            return (Json.ObjectNode) tree;
        } catch (JacksonException e) {
            throw new BadCheckpoint(file + ": not valid JSON near character " + offset(e.getLocation()) + " (" + reason(e.getOriginalMessage()) + "); the file is damaged, fetch it again.", e);
        }
    }

    /** Counted in characters: without its table of names, the parser decodes the bytes first. */
    private static long offset(TokenStreamLocation place) {
        return place == null ? 0 : Math.max(0, place.getCharOffset());
    }

    private static String reason(String message) {
        String line = message.lines().findFirst().orElse("").replaceAll(" \\(start marker .*", "").replaceAll("\\p{Cntrl}", "?");
        return line.length() > 120 ? line.substring(0, 120) + "…" : line;
    }

    private static Json value(JsonParser parser, Place at) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> new Json.ObjectNode(at, members(parser, at));
            case START_ARRAY -> new Json.ArrayNode(at, elements(parser, at));
            case VALUE_STRING -> new Json.StringNode(at, parser.getString());
            case VALUE_NUMBER_INT -> new Json.NumberNode(at, switch (parser.getNumberType()) {
                case INT, LONG -> (Number) parser.getLongValue();
                default -> (Number) parser.getDoubleValue();
            });
            case VALUE_NUMBER_FLOAT -> new Json.NumberNode(at, parser.getDoubleValue());
            case VALUE_TRUE -> new Json.BooleanNode(at, true);
            case VALUE_FALSE -> new Json.BooleanNode(at, false);
            case VALUE_NULL -> new Json.NullNode(at);
            default -> throw new BadCheckpoint(at + ": unexpected end; the file is damaged, fetch it again.");
        };
    }

    private static Map<String, Json> members(JsonParser parser, Place at) {
        var members = new LinkedHashMap<String, Json>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            members.put(key, value(parser, at.member(key)));
        }
        return members;
    }

    private static List<Json> elements(JsonParser parser, Place at) {
        var elements = new ArrayList<Json>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser, at.element(elements.size())));
        }
        return elements;
    }
}
