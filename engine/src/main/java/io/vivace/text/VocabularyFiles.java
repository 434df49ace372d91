package io.vivace.text;

import io.vivace.BadCheckpoint;
import io.vivace.weights.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;

/** vocab.json with merges.txt (RoBERTa, GPT-2) and vocab.txt (BERT), with the settings of tokenizer_config.json. */
final class VocabularyFiles {

    private VocabularyFiles() {
    }

    static Map<String, Integer> json(byte[] vocabJson) {
        try (JsonParser parser = JsonReader.stream(vocabJson)) {
            return ModelJson.ids(parser);
        }
    }

    static List<String> merges(byte[] mergesTxt) {
        var merges = new ArrayList<String>();
        for (String line : new String(mergesTxt, StandardCharsets.UTF_8).lines().toList()) {
            if (!line.startsWith("#version")) Merges.addLine(line, merges.size() / 2, merges);
        }
        return merges;
    }

    static Tokenizer bytePairs(Map<String, Integer> ids, List<String> merges, Settings settings) {
        String kind = settings.string("tokenizer_class", ids.containsKey("</s>") ? "RobertaTokenizer" : "GPT2Tokenizer");
        boolean roberta = !kind.startsWith("GPT2");
        var builder = new TokenizerBuilder();
        builder.splitters.add(new Splitter.ByteLevel(settings.flag("add_prefix_space", false), true));
        Map<String, String> special = roberta ? roberta(settings) : gpt2(settings);
        for (String name : special.values()) {
            if (name != null) builder.added.add(AddedTokens.Token.special(name));
        }
        builder.model(Merges.model(ids, merges, null, false), ids, ids.size());
        boolean begins = roberta || settings.flag("add_bos_token", false);
        boolean ends = roberta || settings.flag("add_eos_token", false);
        builder.around(begins ? new int[] {builder.need(special.get(roberta ? "cls" : "bos"))} : new int[0],
                ends ? new int[] {builder.need(special.get(roberta ? "sep" : "eos"))} : new int[0]);
        return builder.build(special.get("pad"), special.get("eos"));
    }

    private static Map<String, String> roberta(Settings settings) {
        return special(settings, "bos", "<s>", "eos", "</s>", "unk", "<unk>", "sep", "</s>", "pad", "<pad>", "cls", "<s>", "mask",
                "<mask>");
    }

    private static Map<String, String> gpt2(Settings settings) {
        String all = "<|endoftext|>";
        return special(settings, "bos", all, "eos", all, "unk", all, "pad", null);
    }

    /** Special tokens in the order in which they get ids if the vocabulary lacks them. */
    private static Map<String, String> special(Settings settings, String... namesAndDefaults) {
        var special = new LinkedHashMap<String, String>();
        for (int i = 0; i < namesAndDefaults.length; i += 2) {
            special.put(namesAndDefaults[i], settings.token(namesAndDefaults[i] + "_token", namesAndDefaults[i + 1]));
        }
        return special;
    }

    /** BERT from the lines of vocab.txt; of two equal lines the later counts. */
    static Tokenizer wordPieces(byte[] vocabTxt, Settings settings) {
        var ids = new HashMap<String, Integer>();
        List<String> lines = new String(vocabTxt, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() > Tokenizer.MOST_IDS) throw new BadCheckpoint("it has more than " + Tokenizer.MOST_IDS + " lines");
        for (int id = 0; id < lines.size(); id++) ids.put(new Normalizer.Strip(false, true).normalize(lines.get(id)), id);
        Map<String, String> special = special(settings, "unk", "[UNK]", "sep", "[SEP]", "pad", "[PAD]", "cls", "[CLS]", "mask", "[MASK]");

        var builder = new TokenizerBuilder();
        boolean lower = settings.flag("do_lower_case", true);
        builder.normalizers.add(
                new BertClean(true, settings.flag("tokenize_chinese_chars", true), settings.flag("strip_accents", lower), lower));
        builder.splitters.add(new Splitter.BertWords());
        for (String name : special.values()) builder.added.add(AddedTokens.Token.special(name));
        builder.model(wordPieces(ids, special.get("unk"), "##", 100), ids, ids.size());
        builder.around(new int[] {builder.need(special.get("cls"))}, new int[] {builder.need(special.get("sep"))});
        return builder.build(special.get("pad"), special.get("sep"));
    }

    static WordPieces wordPieces(Map<String, Integer> ids, String unknown, String continuation, int longestWord) {
        if (!ids.containsKey(unknown)) {
            throw new BadCheckpoint("the piece for unknown words, \"" + unknown + "\", is not in the vocabulary");
        }
        var pieces = new ArrayList<Pieces.Piece>(ids.size());
        ids.forEach((name, id) -> pieces.add(new Pieces.Piece(name.getBytes(StandardCharsets.UTF_8), id)));
        return new WordPieces(Pieces.of(pieces), ids.get(unknown), continuation, longestWord);
    }
}
