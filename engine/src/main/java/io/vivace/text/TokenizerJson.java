package io.vivace.text;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ArrayNode;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.Json.Place;
import io.vivace.weights.JsonReader;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.stream.IntStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** tokenizer.json as the tokenizers library writes it, today's layout and older ones. */
final class TokenizerJson {
    private final TokenizerBuilder builder = new TokenizerBuilder();

    private TokenizerJson() {
    }

    /** The ids around a text. */
    private record Around(int[] before, int[] after) {
        static final Around NOTHING = new Around(new int[0], new int[0]);

        Around within(Around outer) {
            return new Around(join(outer.before, before), join(after, outer.after));
        }

        private static int[] join(int[] a, int[] b) {
            return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
        }
    }

    /** @param name of the file, for messages */
    static Tokenizer read(String name, byte[] file, Settings settings) {
        Place whole = Place.of(name);
        ModelJson model = null;
        var parts = new LinkedHashMap<String, Json>();
        try (JsonParser parser = JsonReader.stream(file)) {
            if (parser.currentToken() != JsonToken.START_OBJECT) throw new BadCheckpoint("it is not a JSON object");
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                if (key.equals("model")) model = ModelJson.read(parser, whole.member(key));
                else parts.put(key, JsonReader.part(parser, whole.member(key)));
            }
        }
        if (model == null) throw new BadCheckpoint("it has no \"model\"");
        return new TokenizerJson().build(new ObjectNode(whole, parts), model, settings);
    }

    private Tokenizer build(ObjectNode parts, ModelJson model, Settings settings) {
        if (parts.has("normalizer")) addNormalizers(parts.object("normalizer"));
        if (parts.has("pre_tokenizer")) addSplitters(parts.object("pre_tokenizer"));
        if (parts.has("added_tokens")) parts.array("added_tokens").objects().forEach(this::addToken);
        model.addTo(builder);
        Around around = parts.has("post_processor") ? around(parts.object("post_processor")) : Around.NOTHING;
        builder.around(around.before, around.after);
        String pad = parts.has("padding") ? parts.object("padding").text("pad_token", null) : first("<pad>", "[PAD]");
        String end = settings.token("sep_token", first("</s>", "[SEP]", "<|endoftext|>"));
        return builder.build(settings.token("pad_token", pad), settings.token("eos_token", end));
    }

    private String first(String... names) {
        for (String name : names) {
            if (builder.id(name).isPresent()) return name;
        }
        return null;
    }

    private void addToken(ObjectNode token) {
        builder.added.add(new AddedTokens.Token(token.text("content"), token.flag("single_word", false),
                token.flag("lstrip", false), token.flag("rstrip", false), token.flag("normalized", true)));
    }

    private void addNormalizers(ObjectNode part) {
        switch (part.text("type")) {
            case "Sequence" -> part.array("normalizers").objects().forEach(this::addNormalizers);
            case "Precompiled" -> builder.normalizers.add(charsmap(part.get("precompiled_charsmap")));
            case "BertNormalizer" -> {
                boolean lower = part.flag("lowercase", true);
                builder.normalizers.add(new BertClean(part.flag("clean_text", true), part.flag("handle_chinese_chars", true),
                        part.flag("strip_accents", lower), lower));
            }
            case "Strip" -> builder.normalizers.add(
                    new Normalizer.Strip(part.flag("strip_left", true), part.flag("strip_right", true)));
            case "Replace" -> builder.normalizers.add(replace(part));
            default -> throw part.get("type").unsupported("Precompiled, BertNormalizer, Strip, Replace, Sequence");
        }
    }

    private static Charsmap charsmap(Json base64) {
        try {
            return Charsmap.of(Base64.getDecoder().decode(base64.text()));
        } catch (IllegalArgumentException e) {
            throw new BadCheckpoint(base64.at() + " is not base64; fetch the file again.", e);
        }
    }

    /** Of regular expressions only runs of blanks are known: others could take for ever. */
    private static Normalizer replace(ObjectNode part) {
        ObjectNode pattern = part.object("pattern");
        boolean run = pattern.has("Regex");
        if (run && !pattern.text("Regex").equals(" {2,}")) throw pattern.get("Regex").unsupported("\" {2,}\"");
        String sought = run ? " " : pattern.text("String");
        if (sought.isEmpty()) throw pattern.get("String").wrong("at least one character");
        String content = part.text("content");
        if (content.length() > Normalizer.LONGEST_REPLACEMENT) {
            throw part.get("content").wrong("a text of at most " + Normalizer.LONGEST_REPLACEMENT + " characters");
        }
        return new Normalizer.Replace(sought, run, content);
    }

    private void addSplitters(ObjectNode part) {
        switch (part.text("type")) {
            case "Sequence" -> part.array("pretokenizers").objects().forEach(this::addSplitters);
            case "WhitespaceSplit" -> builder.splitters.add(new Splitter.Blanks());
            case "BertPreTokenizer" -> builder.splitters.add(new Splitter.BertWords());
            case "ByteLevel" -> builder.splitters.add(
                    new Splitter.ByteLevel(part.flag("add_prefix_space", true), part.flag("use_regex", true)));
            case "Metaspace" -> builder.splitters.add(metaspace(part));
            default -> throw part.get("type").unsupported("WhitespaceSplit, Metaspace, ByteLevel, BertPreTokenizer, Sequence");
        }
    }

    private static Splitter metaspace(ObjectNode part) {
        String mark = part.text("replacement");
        if (mark.codePointCount(0, mark.length()) != 1) throw part.get("replacement").wrong("one character");
        Splitter.Prepend prepend = switch (part.text("prepend_scheme", part.flag("add_prefix_space", true) ? "always" : "never")) {
            case "always" -> Splitter.Prepend.ALWAYS;
            case "first" -> Splitter.Prepend.FIRST;
            case "never" -> Splitter.Prepend.NEVER;
            default -> throw part.get("prepend_scheme").unsupported("always, first, never");
        };
        return new Splitter.Metaspace(mark, prepend, part.flag("split", true));
    }

    private static Around around(ObjectNode part) {
        switch (part.text("type")) {
            case "ByteLevel":
                return Around.NOTHING;
            case "RobertaProcessing", "BertProcessing":
                return new Around(pairId(part.array("cls")), pairId(part.array("sep")));
            case "TemplateProcessing":
                return template(part.array("single"), part);
            case "Sequence":
                Around all = Around.NOTHING;
                for (ObjectNode inner : part.array("processors").objects()) all = all.within(around(inner));
                return all;
            default:
                throw part.get("type").unsupported("TemplateProcessing, RobertaProcessing, BertProcessing, ByteLevel, Sequence");
        }
    }

    /** The id of a token written as [name, id]. */
    private static int[] pairId(ArrayNode pair) {
        if (pair.elements().size() != 2) throw pair.wrong("a token's name and id");
        return new int[] {(int) pair.elements().getLast().whole(0, Tokenizer.MOST_IDS - 1)};
    }

    private static Around template(ArrayNode items, ObjectNode part) {
        IntStream before = IntStream.empty(), after = IntStream.empty();
        boolean seen = false;
        for (ObjectNode item : items.objects()) {
            if (item.members().containsKey("Sequence")) {
                if (seen) throw item.wrong("the only sequence of the template");
                seen = true;
                continue;
            }
            String name = item.object("SpecialToken").text("id");
            IntStream ids = IntStream.of(part.object("special_tokens").object(name).array("ids").integers(0, Tokenizer.MOST_IDS - 1));
            if (seen) after = IntStream.concat(after, ids);
            else before = IntStream.concat(before, ids);
        }
        if (!seen) throw items.wrong("a template that holds the text itself");
        return new Around(before.toArray(), after.toArray());
    }
}
