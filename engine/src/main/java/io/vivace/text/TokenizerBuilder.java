package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Puts a tokenizer together from the parts that a checkpoint declares, and gives ids to added tokens that the vocabulary lacks. */
final class TokenizerBuilder {
    final List<Normalizer> normalizers = new ArrayList<>();
    final List<Splitter> splitters = new ArrayList<>();
    final List<AddedTokens.Token> added = new ArrayList<>();
    /** Ids of the names of the vocabulary, and of the added tokens when these are known. */
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, AddedTokens.Token> addedById = new LinkedHashMap<>();
    private int size;
    private Model model;
    private int[] before = {};
    private int[] after = {};

    /** @param entries how many pieces the vocabulary has; the first new id */
    void model(Model model, Map<String, Integer> vocabulary, int entries) {
        this.model = model;
        ids.putAll(vocabulary);
        for (int id : vocabulary.values()) size = Math.max(size, id + 1);
        addTokens(entries);
    }

    /** A token has the id of its name in the vocabulary or else the next free one; of two with one id the later counts. */
    private void addTokens(int next) {
        for (AddedTokens.Token token : added) {
            if (token.content().isEmpty()) continue;
            Integer known = ids.get(token.content());
            int id = known == null ? next++ : known;
            if (id >= Tokenizer.MOST_IDS) throw new BadCheckpoint("the tokenizer has more than " + Tokenizer.MOST_IDS + " ids");
            ids.put(token.content(), id);
            addedById.put(id, token);
            size = Math.max(size, id + 1);
        }
    }

    /** Call after {@link #model}. */
    void around(int[] before, int[] after) {
        this.before = before;
        this.after = after;
        for (int id : before) size = Math.max(size, id + 1);
        for (int id : after) size = Math.max(size, id + 1);
    }

    OptionalInt id(String name) {
        Integer id = name == null ? null : ids.get(name);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The id of a special token that must be there. */
    int need(String name) {
        return id(name).orElseThrow(() -> new BadCheckpoint("the special token \"" + name + "\" is not in the vocabulary"));
    }

    /** @param pad the name of the padding token, or null */
    Tokenizer build(String pad, String end) {
        if (normalizers.size() > Normalizer.MOST || splitters.size() > Splitter.MOST) {
            throw new BadCheckpoint("it has " + normalizers.size() + " normalizers and " + splitters.size() + " pre_tokenizers, more than "
                    + Normalizer.MOST + " and " + Splitter.MOST);
        }
        boolean toBytes = !splitters.isEmpty() && splitters.getLast() instanceof Splitter.ByteLevel;
        boolean anywhere = splitters.stream().anyMatch(splitter -> splitter instanceof Splitter.ByteLevel);
        if (toBytes != model instanceof BytePairs || anywhere != toBytes) {
            throw new BadCheckpoint("a byte-level pre_tokenizer must be the last and goes with a BPE model, and only with one");
        }
        return new Tokenizer(size, id(pad), id(end), before, after, tokens(false), tokens(true), List.copyOf(normalizers),
                List.copyOf(splitters), model);
    }

    private AddedTokens tokens(boolean normalized) {
        var tokens = new ArrayList<AddedTokens.Token>();
        var numbers = new ArrayList<Integer>();
        addedById.forEach((id, token) -> {
            AddedTokens.Token sought = normalized ? inNormalForm(token) : token;
            if (token.normalized() == normalized && !sought.content().isEmpty()) {
                tokens.add(sought);
                numbers.add(id);
            }
        });
        return AddedTokens.of(tokens, numbers.stream().mapToInt(Integer::intValue).toArray());
    }

    private AddedTokens.Token inNormalForm(AddedTokens.Token token) {
        String content = token.content();
        for (Normalizer normalizer : normalizers) content = Normalizer.checked(content, normalizer);
        return new AddedTokens.Token(content, token.wholeWord(), token.left(), token.right(), true);
    }
}
