package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    static Tokenizer read(byte[] file, Settings settings) {
        Json.Value parts;
        ModelJson model = null;
        var other = new LinkedHashMap<String, Object>();
        try (JsonParser parser = Json.parser(file)) {
            if (parser.currentToken() != JsonToken.START_OBJECT) throw new BadCheckpoint("it is not a JSON object");
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("model")) model = ModelJson.read(parser);
                else other.put(name, Json.tree(parser, name).raw());
            }
        }
        if (model == null) throw new BadCheckpoint("it has no \"model\"");
        parts = new Json.Value(other, "");
        return new TokenizerJson().build(parts, model, settings);
    }

    private Tokenizer build(Json.Value parts, ModelJson model, Settings settings) {
        addNormalizers(parts.get("normalizer"));
        addSplitters(parts.get("pre_tokenizer"));
        if (!parts.get("added_tokens").isNull()) parts.get("added_tokens").items().forEach(this::addToken);
        model.addTo(builder);
        Around around = around(parts.get("post_processor"));
        builder.around(around.before, around.after);
        Json.Value padding = parts.get("padding");
        String pad = padding.isNull() ? first("<pad>", "[PAD]") : padding.get("pad_token").string(null);
        String end = settings.token("sep_token", first("</s>", "[SEP]", "<|endoftext|>"));
        return builder.build(settings.token("pad_token", pad), settings.token("eos_token", end));
    }

    private String first(String... names) {
        for (String name : names) {
            if (builder.id(name).isPresent()) return name;
        }
        return null;
    }

    private void addToken(Json.Value token) {
        builder.added.add(new AddedTokens.Token(token.get("content").string(), token.get("single_word").flag(false),
                token.get("lstrip").flag(false), token.get("rstrip").flag(false), token.get("normalized").flag(true)));
    }

    private void addNormalizers(Json.Value part) {
        if (part.isNull()) return;
        switch (part.get("type").string()) {
            case "Sequence" -> part.get("normalizers").items().forEach(this::addNormalizers);
            case "Precompiled" -> builder.normalizers.add(charsmap(part.get("precompiled_charsmap")));
            case "BertNormalizer" -> {
                boolean lower = part.get("lowercase").flag(true);
                builder.normalizers.add(new BertClean(part.get("clean_text").flag(true), part.get("handle_chinese_chars").flag(true),
                        part.get("strip_accents").flag(lower), lower));
            }
            case "Strip" -> builder.normalizers.add(
                    new Normalizer.Strip(part.get("strip_left").flag(true), part.get("strip_right").flag(true)));
            case "Replace" -> builder.normalizers.add(replace(part));
            default -> throw part.get("type").unsupported("Precompiled, BertNormalizer, Strip, Replace, Sequence");
        }
    }

    private static Charsmap charsmap(Json.Value part) {
        try {
            return Charsmap.of(Base64.getDecoder().decode(part.string()));
        } catch (IllegalArgumentException e) {
            throw new BadCheckpoint(part.path() + " is not base64", e);
        }
    }

    /** Of regular expressions only runs of blanks are known: others could take for ever. */
    private static Normalizer replace(Json.Value part) {
        Json.Value pattern = part.get("pattern");
        Json.Value regex = pattern.get("Regex");
        if (regex.isString() && !regex.string().equals(" {2,}")) throw regex.unsupported("\" {2,}\"");
        String sought = regex.isString() ? " " : pattern.get("String").string();
        if (sought.isEmpty()) throw pattern.get("String").wrong("at least one character");
        String content = part.get("content").string();
        if (content.length() > Normalizer.LONGEST_REPLACEMENT) {
            throw new BadCheckpoint(part.path() + ".content has " + content.length() + " characters");
        }
        return new Normalizer.Replace(sought, regex.isString(), content);
    }

    private void addSplitters(Json.Value part) {
        if (part.isNull()) return;
        switch (part.get("type").string()) {
            case "Sequence" -> part.get("pretokenizers").items().forEach(this::addSplitters);
            case "WhitespaceSplit" -> builder.splitters.add(new Splitter.Blanks());
            case "BertPreTokenizer" -> builder.splitters.add(new Splitter.BertWords());
            case "ByteLevel" -> builder.splitters.add(
                    new Splitter.ByteLevel(part.get("add_prefix_space").flag(true), part.get("use_regex").flag(true)));
            case "Metaspace" -> builder.splitters.add(metaspace(part));
            default -> throw part.get("type").unsupported("WhitespaceSplit, Metaspace, ByteLevel, BertPreTokenizer, Sequence");
        }
    }

    private static Splitter metaspace(Json.Value part) {
        Json.Value mark = part.get("replacement");
        if (mark.string().codePointCount(0, mark.string().length()) != 1) throw mark.wrong("one character");
        Json.Value scheme = part.get("prepend_scheme");
        Splitter.Prepend prepend = switch (scheme.string(part.get("add_prefix_space").flag(true) ? "always" : "never")) {
            case "always" -> Splitter.Prepend.ALWAYS;
            case "first" -> Splitter.Prepend.FIRST;
            case "never" -> Splitter.Prepend.NEVER;
            default -> throw scheme.unsupported("always, first, never");
        };
        return new Splitter.Metaspace(mark.string(), prepend, part.get("split").flag(true));
    }

    private static Around around(Json.Value part) {
        if (part.isNull()) return Around.NOTHING;
        switch (part.get("type").string()) {
            case "ByteLevel":
                return Around.NOTHING;
            case "RobertaProcessing", "BertProcessing":
                return new Around(pairId(part.get("cls")), pairId(part.get("sep")));
            case "TemplateProcessing":
                return template(part.get("single").items(), part.get("special_tokens"));
            case "Sequence":
                Around all = Around.NOTHING;
                for (Json.Value inner : part.get("processors").items()) all = all.within(around(inner));
                return all;
            default:
                throw part.get("type").unsupported("TemplateProcessing, RobertaProcessing, BertProcessing, ByteLevel, Sequence");
        }
    }

    /** The id of a token written as [name, id]. */
    private static int[] pairId(Json.Value pair) {
        List<Json.Value> items = pair.items();
        if (items.size() != 2) throw pair.wrong("a token's name and id");
        return new int[] {id(items.get(1))};
    }

    private static int id(Json.Value id) {
        if (id.count() >= Tokenizer.MOST_IDS) throw id.wrong("less than " + Tokenizer.MOST_IDS);
        return id.count();
    }

    private static Around template(List<Json.Value> items, Json.Value specials) {
        var before = new ArrayList<Integer>();
        var after = new ArrayList<Integer>();
        boolean seen = false;
        for (Json.Value item : items) {
            Map<?, ?> members = item.members();
            if (members.containsKey("Sequence")) {
                if (seen) throw item.wrong("the only sequence of the template");
                seen = true;
                continue;
            }
            String name = item.get("SpecialToken").get("id").string();
            for (Json.Value id : specials.get(name).get("ids").items()) (seen ? after : before).add(id(id));
        }
        if (!seen) throw specials.wrong("beside a template that holds the text itself");
        return new Around(before.stream().mapToInt(Integer::intValue).toArray(), after.stream().mapToInt(Integer::intValue).toArray());
    }
}
