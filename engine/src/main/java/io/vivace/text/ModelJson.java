package io.vivace.text;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.Json.Place;
import io.vivace.weights.JsonReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The "model" part of tokenizer.json, and vocab.json: vocabularies are read as a stream, because they are most of the file. */
final class ModelJson {
    /** The vocabulary as a list, where that is its form. */
    private final List<String> names = new ArrayList<>();
    private double[] scores = new double[1024];
    private Map<String, Integer> ids;
    /** Left and right parts in turn. */
    private List<String> merges;
    private final Map<String, Json> settings = new LinkedHashMap<>();
    private final Place at;

    private ModelJson(Place at) {
        this.at = at;
    }

    /** @param parser stands at the beginning of the object; afterwards at its end */
    static ModelJson read(JsonParser parser, Place at) {
        var model = new ModelJson(at);
        expect(parser, JsonToken.START_OBJECT, "model must be an object");
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "vocab" -> model.readVocabulary(parser);
                case "merges" -> model.readMerges(parser);
                default -> model.settings.put(name, JsonReader.part(parser, at.member(name)));
            }
        }
        return model;
    }

    /** An object from names to ids. */
    static Map<String, Integer> ids(JsonParser parser) {
        expect(parser, JsonToken.START_OBJECT, "the vocabulary must be an object from pieces to ids");
        var ids = new LinkedHashMap<String, Integer>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            expect(parser.nextToken(), JsonToken.VALUE_NUMBER_INT, "the id of piece \"" + name + "\" is not a whole number");
            double id = parser.getDoubleValue();
            if (!(id >= 0 && id < Tokenizer.MOST_IDS)) throw new BadCheckpoint("the id of piece \"" + name + "\" is " + parser.getString());
            ids.put(name, (int) id);
        }
        var seen = new HashSet<Integer>();
        ids.forEach((name, id) -> {
            if (!seen.add(id)) throw new BadCheckpoint("two pieces have the id " + id + ", \"" + name + "\" is the second");
        });
        return ids;
    }

    private void readVocabulary(JsonParser parser) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            ids = ids(parser);
            return;
        }
        expect(parser, JsonToken.START_ARRAY, "model.vocab must be a list or an object");
        ids = null;
        names.clear();
        while (parser.nextToken() == JsonToken.START_ARRAY) {
            String wrong = "piece " + names.size() + " of model.vocab is not a pair of text and score";
            expect(parser.nextToken(), JsonToken.VALUE_STRING, wrong);
            String name = parser.getString();
            boolean number = parser.nextToken() == JsonToken.VALUE_NUMBER_FLOAT || parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
            if (!number) throw new BadCheckpoint(wrong);
            if (names.size() == scores.length) scores = Arrays.copyOf(scores, 2 * scores.length);
            scores[names.size()] = parser.getDoubleValue();
            names.add(name);
            expect(parser.nextToken(), JsonToken.END_ARRAY, wrong);
        }
        expect(parser, JsonToken.END_ARRAY, "model.vocab holds something that is not a pair of text and score");
    }

    private void readMerges(JsonParser parser) {
        expect(parser, JsonToken.START_ARRAY, "model.merges must be a list");
        merges = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int rank = merges.size() / 2;
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                Merges.addLine(parser.getString(), rank, merges);
                continue;
            }
            String wrong = "merge " + rank + " is neither \"left right\" nor a pair of texts";
            expect(parser, JsonToken.START_ARRAY, wrong);
            for (int i = 0; i < 2; i++) {
                expect(parser.nextToken(), JsonToken.VALUE_STRING, wrong);
                merges.add(parser.getString());
            }
            expect(parser.nextToken(), JsonToken.END_ARRAY, wrong);
        }
    }

    private static void expect(JsonParser parser, JsonToken wanted, String otherwise) {
        expect(parser.currentToken(), wanted, otherwise);
    }

    private static void expect(JsonToken token, JsonToken wanted, String otherwise) {
        if (token != wanted) throw new BadCheckpoint(otherwise);
    }

    /** Adds the model to a tokenizer. Files of old do not say their type, but then the form of the vocabulary does. */
    void addTo(TokenizerBuilder builder) {
        var values = new ObjectNode(at, settings);
        String type = values.text("type", ids == null ? "Unigram" : merges != null ? "BPE" : "WordPiece");
        switch (type) {
            case "Unigram" -> addUnigram(values, builder);
            case "BPE" -> addBytePairs(values, builder);
            case "WordPiece" -> addWordPieces(values, builder);
            default -> throw values.get("type").unsupported("Unigram, BPE, WordPiece");
        }
    }

    private void addUnigram(ObjectNode values, TokenizerBuilder builder) {
        if (ids != null) throw new BadCheckpoint("model.vocab of a Unigram model must be a list of pairs");
        refuse(values, "byte_fallback");
        var vocabulary = new HashMap<String, Integer>();
        for (int id = 0; id < names.size(); id++) vocabulary.put(names.get(id), id);
        int unknown = values.integer("unk_id", 0, Tokenizer.MOST_IDS);
        builder.model(Unigram.of(names, Arrays.copyOf(scores, names.size()), unknown), vocabulary, names.size());
    }

    private void addBytePairs(ObjectNode values, TokenizerBuilder builder) {
        if (ids == null || merges == null) throw new BadCheckpoint("a BPE model needs model.vocab as an object, and model.merges");
        refuse(values, "byte_fallback");
        refuse(values, "ignore_merges");
        for (String name : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!values.text(name, "").isEmpty()) throw values.get(name).unsupported("none");
        }
        if (values.number("dropout", 0) != 0) throw values.get("dropout").unsupported("none");
        BytePairs model = Merges.model(ids, merges, values.text("unk_token", null), values.flag("fuse_unk", false));
        builder.model(model, ids, ids.size());
    }

    private void addWordPieces(ObjectNode values, TokenizerBuilder builder) {
        if (ids == null) throw new BadCheckpoint("model.vocab of a WordPiece model must be an object");
        int longestWord = values.integer("max_input_chars_per_word", 0, Tokenizer.MOST_IDS, 100);
        builder.model(VocabularyFiles.wordPieces(ids, values.text("unk_token", "[UNK]"), values.text("continuing_subword_prefix", "##"),
                longestWord), ids, ids.size());
    }

    private static void refuse(ObjectNode values, String flag) {
        if (values.flag(flag, false)) throw values.get(flag).unsupported("false");
    }
}
