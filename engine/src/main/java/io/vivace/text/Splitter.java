package io.vivace.text;

import java.util.List;

/** Cuts normalised text into words. */
sealed interface Splitter {

    /** No checkpoint has more. */
    int MOST = 16;

    /** Appends the words of a text that is not empty; no word is empty. */
    void split(Segment text, List<Segment> words);

    private static void add(String text, int from, int to, boolean atStart, List<Segment> words) {
        if (from < to) words.add(Segment.text(text.substring(from, to), atStart && from == 0));
    }

    /** Words are what stands between blanks. */
    record Blanks() implements Splitter {
        @Override
        public void split(Segment segment, List<Segment> words) {
            String text = segment.text();
            int from = 0;
            for (int i = 0; i < text.length(); i++) {
                if (CodePoints.isWhitespace(text.charAt(i))) {
                    add(text, from, i, segment.atStart(), words);
                    from = i + 1;
                }
            }
            add(text, from, text.length(), segment.atStart(), words);
        }
    }

    /** When {@link Metaspace} puts its mark in front. */
    enum Prepend { ALWAYS, FIRST, NEVER }

    /**
     * SentencePiece's visible blank: blanks become the mark, and a new word begins at every mark.
     *
     * @param mark    one character, U+2581 as a rule
     * @param prepend which texts get a mark in front if they have none; {@code FIRST} means only the start of the whole text
     * @param cut     whether the text is cut at marks
     */
    record Metaspace(String mark, Prepend prepend, boolean cut) implements Splitter {
        @Override
        public void split(Segment segment, List<Segment> words) {
            String text = segment.text().replace(" ", mark);
            boolean wanted = prepend == Prepend.ALWAYS || prepend == Prepend.FIRST && segment.atStart();
            if (wanted && !text.startsWith(mark)) text = mark.concat(text);
            int from = 0;
            for (int next; cut && (next = text.indexOf(mark, from + 1)) >= 0; from = next) {
                add(text, from, next, segment.atStart(), words);
            }
            add(text, from, text.length(), segment.atStart(), words);
        }
    }

    /** BERT's words: between blanks, and every punctuation mark for itself. */
    record BertWords() implements Splitter {
        @Override
        public void split(Segment segment, List<Segment> words) {
            String text = segment.text();
            int from = 0;
            for (int i = 0; i < text.length(); ) {
                int c = text.codePointAt(i);
                int end = i + Character.charCount(c);
                boolean blank = CodePoints.isWhitespace(c);
                boolean mark = !blank && BertClean.Table.CLASSES.of(c) == BertClean.Table.PUNCTUATION;
                if (blank || mark) {
                    add(text, from, i, segment.atStart(), words);
                    if (mark) add(text, i, end, segment.atStart(), words);
                    from = end;
                }
                i = end;
            }
            add(text, from, text.length(), segment.atStart(), words);
        }
    }

    /**
     * GPT-2's words, as bytes for {@link BytePairs}.
     *
     * @param prefixBlank whether a text that has none gets a blank in front
     * @param cut         whether the text is cut into words at all
     */
    record ByteLevel(boolean prefixBlank, boolean cut) implements Splitter {
        @Override
        public void split(Segment segment, List<Segment> words) {
            String text = segment.text();
            if (prefixBlank && !text.startsWith(" ")) text = " ".concat(text);
            int from = 0;
            while (cut && from < text.length()) {
                int end = Gpt2Words.end(text, from);
                add(text, from, end, segment.atStart(), words);
                from = end;
            }
            add(text, from, text.length(), segment.atStart(), words);
        }
    }

    static void write(List<Splitter> all, TableWriter out) {
        out.number(all.size());
        for (Splitter one : all) {
            switch (one) {
                case Blanks _ -> out.number(0);
                case Metaspace(String mark, Prepend prepend, boolean cut) -> {
                    out.number(1);
                    out.text(mark);
                    out.number(prepend.ordinal());
                    out.flag(cut);
                }
                case BertWords _ -> out.number(2);
                case ByteLevel(boolean prefixBlank, boolean cut) -> {
                    out.number(3);
                    out.flag(prefixBlank);
                    out.flag(cut);
                }
            }
        }
    }

    static List<Splitter> read(TableReader in) {
        var all = new Splitter[in.count(4)];
        in.check(all.length <= MOST, "the number of splitters");
        for (int i = 0; i < all.length; i++) {
            all[i] = switch (in.number()) {
                case 0 -> new Blanks();
                case 1 -> readMetaspace(in);
                case 2 -> new BertWords();
                case 3 -> new ByteLevel(in.flag(), in.flag());
                default -> throw in.wrong("the kind of splitter");
            };
        }
        return List.of(all);
    }

    private static Metaspace readMetaspace(TableReader in) {
        String mark = in.text();
        in.check(!mark.isEmpty() && mark.length() <= 2, "the mark");
        int prepend = in.number();
        in.check(prepend >= 0 && prepend < Prepend.values().length, "where the mark goes");
        return new Metaspace(mark, Prepend.values()[prepend], in.flag());
    }
}
