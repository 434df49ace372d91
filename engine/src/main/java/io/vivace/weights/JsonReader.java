package io.vivace.weights;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json.ObjectNode;
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
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads JSON within bounds: a whole document as a tree, where a key that occurs twice is an error; or as a stream, for
 * vocabularies of which a tree would be many times as large as the file, and where the later of two equal keys counts.
 */
public final class JsonReader {
    private static final int MOST_DEPTH = 64;
    private static final int MOST_TOKENS = 4_000_000;
    private static final int MOST_STREAMED_TOKENS = 8_000_000;
    private static final int MOST_PART_VALUES = 200_000;
    /** Bytes of a document that is read as a stream. */
    public static final int LONGEST_STREAM = 1 << 26;

    private static final JsonFactory TREES = factory(StreamReadConstraints.builder().maxNumberLength(400).maxNameLength(4096)
            .maxStringLength(1 << 20).maxTokenCount(MOST_TOKENS)).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Python writes infinite limits as Infinity; whoever asks for a finite number refuses them.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
    private static final JsonFactory STREAMS = factory(StreamReadConstraints.builder().maxNumberLength(100).maxNameLength(1 << 14)
            .maxStringLength(LONGEST_STREAM).maxDocumentLength(LONGEST_STREAM).maxTokenCount(MOST_STREAMED_TOKENS)).build();

    private JsonReader() { }

    /** Names come from files: interning them would grow a table that outlives the file. */
    private static JsonFactoryBuilder factory(StreamReadConstraints.Builder bounds) {
        return JsonFactory.builder().streamReadConstraints(bounds.maxNestingDepth(MOST_DEPTH).build())
                .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES);
    }

    /**
     * @param file  what to call the document in messages
     * @param bytes UTF-8
     * @throws BadCheckpoint if it is not one JSON object within the limits
     */
    public static ObjectNode read(String file, byte[] bytes) {
        try (JsonParser parser = TREES.createParser(ObjectReadContext.empty(), bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadCheckpoint(file + ": the text does not begin with a JSON object; it is damaged or of another kind, "
                        + "fetch it again.");
            }
            var tree = new ObjectNode(Place.of(file), members(parser, Place.of(file), new Budget(Integer.MAX_VALUE)));
            if (parser.nextToken() != null) {
                throw new BadCheckpoint(file + " goes on after its JSON object ends, near character "
                        + place(parser.currentTokenLocation()) + "; fetch it again.");
            }
            return tree;
        } catch (JacksonException e) {
            throw notJson(file, e);
        }
    }

    /** The sentence for text that the parser refused. */
    public static BadCheckpoint notJson(String file, JacksonException e) {
        String line = e.getOriginalMessage().lines().findFirst().orElse("").replaceAll(" \\(start marker .*", "")
                .replaceAll("\\p{Cntrl}", "?");
        String brief = line.length() > 120 ? line.substring(0, 120) + "…" : line;
        return new BadCheckpoint(file + ": not valid JSON near character " + place(e.getLocation()) + " (" + brief
                + "); the file is damaged, fetch it again.", e);
    }

    /** In characters, because parsers that do not intern names decode the bytes first. None is known for what breaks a limit. */
    private static long place(TokenStreamLocation location) {
        return location == null ? 0 : Math.max(0, location.getCharOffset());
    }

    /**
     * A parser that stands at the first value of a text of at most {@link #LONGEST_STREAM} bytes.
     *
     * @throws JacksonException as all methods of the parser, if the text is not JSON or breaks a limit: see {@link #notJson}
     */
    public static JsonParser stream(byte[] bytes) {
        JsonParser parser = STREAMS.createParser(ObjectReadContext.empty(), bytes);
        parser.nextToken();
        return parser;
    }

    /**
     * The part of a stream that begins where the parser stands, as a tree; the parser then stands at its last token.
     *
     * @param at where the part stands
     * @throws BadCheckpoint if it holds more than 200 000 values
     */
    public static Json part(JsonParser parser, Place at) {
        return value(parser, at, new Budget(MOST_PART_VALUES));
    }

    /** How many more values a tree may hold. */
    private static final class Budget {
        private int left;

        Budget(int most) {
            left = most;
        }

        void spend(Place at) {
            if (--left < 0) {
                throw new BadCheckpoint(at + ": there are more than " + MOST_PART_VALUES + " settings; use another checkpoint.");
            }
        }
    }

    private static Json value(JsonParser parser, Place at, Budget budget) {
        budget.spend(at);
        return switch (parser.currentToken()) {
            case START_OBJECT -> new ObjectNode(at, members(parser, at, budget));
            case START_ARRAY -> new Json.ArrayNode(at, elements(parser, at, budget));
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

    private static Map<String, Json> members(JsonParser parser, Place at, Budget budget) {
        var members = new LinkedHashMap<String, Json>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            members.put(key, value(parser, at.member(key), budget));
        }
        return members;
    }

    private static List<Json> elements(JsonParser parser, Place at, Budget budget) {
        var elements = new ArrayList<Json>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser, at.element(elements.size()), budget));
        }
        return elements;
    }
}
