package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.util.List;

/** Rewrites the text before it is cut into words. */
sealed interface Normalizer permits Charsmap, BertClean, Normalizer.Strip, Normalizer.Replace {

    /** No checkpoint has more; with {@link #checked} it bounds what a hostile one can do with a short text. */
    int MOST = 16;
    int LONGEST_REPLACEMENT = 1024;
    int MOST_GROWTH = 64;

    String normalize(String text);

    /** The text after a normalizer. */
    static String checked(String before, Normalizer normalizer) {
        String after = normalizer.normalize(before);
        if (after.length() > MOST_GROWTH * ((long) before.length() + LONGEST_REPLACEMENT)) {
            throw new BadCheckpoint("The tokenizer makes " + after.length() + " characters out of " + before.length()
                    + ", which no real one does; use another checkpoint.");
        }
        return after;
    }

    /** Takes blanks off the ends. */
    record Strip(boolean left, boolean right) implements Normalizer {
        @Override
        public String normalize(String text) {
            int from = 0;
            int to = text.length();
            while (left && from < to && CodePoints.isWhitespace(text.charAt(from))) from++;
            while (right && from < to && CodePoints.isWhitespace(text.charAt(to - 1))) to--;
            return text.substring(from, to);
        }
    }

    /**
     * Puts one string in the place of another.
     *
     * @param run whether {@code pattern} is a character of which two or more in a row are replaced as one
     */
    record Replace(String pattern, boolean run, String content) implements Normalizer {
        @Override
        public String normalize(String text) {
            return run ? replaceRuns(text) : text.replace(pattern, content);
        }

        private String replaceRuns(String text) {
            char c = pattern.charAt(0);
            var out = new StringBuilder(text.length());
            for (int i = 0; i < text.length(); ) {
                int end = i;
                while (end < text.length() && text.charAt(end) == c) end++;
                if (end - i >= 2) out.append(content);
                else out.append(text.charAt(i));
                i = Math.max(end, i + 1);
            }
            return out.toString();
        }
    }

    static void write(List<Normalizer> all, TableWriter out) {
        out.number(all.size());
        for (Normalizer one : all) {
            switch (one) {
                case Charsmap charsmap -> {
                    out.number(0);
                    charsmap.write(out);
                }
                case BertClean(boolean clean, boolean ideographs, boolean accents, boolean lower) -> {
                    out.number(1);
                    out.flag(clean);
                    out.flag(ideographs);
                    out.flag(accents);
                    out.flag(lower);
                }
                case Strip(boolean left, boolean right) -> {
                    out.number(2);
                    out.flag(left);
                    out.flag(right);
                }
                case Replace(String pattern, boolean run, String content) -> {
                    out.number(3);
                    out.text(pattern);
                    out.flag(run);
                    out.text(content);
                }
            }
        }
    }

    static List<Normalizer> read(TableReader in) {
        var all = new Normalizer[in.count(4)];
        in.check(all.length <= MOST, "the number of normalizers");
        for (int i = 0; i < all.length; i++) {
            all[i] = switch (in.number()) {
                case 0 -> Charsmap.read(in);
                case 1 -> new BertClean(in.flag(), in.flag(), in.flag(), in.flag());
                case 2 -> new Strip(in.flag(), in.flag());
                case 3 -> {
                    var replace = new Replace(in.text(), in.flag(), in.text());
                    in.check(!replace.pattern.isEmpty() && replace.content.length() <= LONGEST_REPLACEMENT, "a replacement");
                    yield replace;
                }
                default -> throw in.wrong("the kind of normalizer");
            };
        }
        return List.of(all);
    }
}
