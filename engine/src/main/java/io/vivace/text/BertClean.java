package io.vivace.text;

import java.text.Normalizer.Form;
import java.util.Locale;

/**
 * BERT's clean-up.
 *
 * @param clean      drops control characters and U+FFFD, makes every kind of blank a plain one
 * @param ideographs puts blanks around Chinese characters
 * @param accents    takes accents off
 * @param lower      lower-cases
 */
record BertClean(boolean clean, boolean ideographs, boolean accents, boolean lower) implements Normalizer {

    /** Loaded when the first BERT text comes. */
    static final class Table {
        static final byte PUNCTUATION = 'P';
        private static final byte CONTROL = 'C';
        private static final byte MARK = 'M';
        /** Came to Unicode after the library's table, so it is not taken apart. */
        private static final byte WHOLE = 'D';
        static final CodePoints CLASSES = CodePoints.of("bert-classes.txt");
    }

    @Override
    public String normalize(String text) {
        String out = text;
        if (clean || ideographs) out = cleaned(out);
        if (accents) out = withoutAccents(out);
        return lower ? lowered(out) : out;
    }

    private String cleaned(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (int i = 0, c; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            if (clean && Table.CLASSES.of(c) == Table.CONTROL) continue;
            if (clean && CodePoints.isWhitespace(c)) out.append(' ');
            else if (ideographs && isIdeograph(c)) out.append(' ').appendCodePoint(c).append(' ');
            else out.appendCodePoint(c);
        }
        return out.toString();
    }

    private static String withoutAccents(String text) {
        var out = new StringBuilder(text.length());
        int from = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int end = i + Character.charCount(c);
            if (Table.CLASSES.of(c) == Table.WHOLE) {
                appendBare(text.substring(from, i), out);
                out.appendCodePoint(c);
                from = end;
            }
            i = end;
        }
        appendBare(text.substring(from), out);
        return out.toString();
    }

    private static void appendBare(String text, StringBuilder out) {
        String bare = java.text.Normalizer.normalize(text, Form.NFD);
        for (int i = 0, c; i < bare.length(); i += Character.charCount(c)) {
            c = bare.codePointAt(i);
            if (Table.CLASSES.of(c) != Table.MARK) out.appendCodePoint(c);
        }
    }

    /** Each code point for itself: a sigma at the end of a word is not a special case. */
    private static String lowered(String text) {
        var out = new StringBuilder(text.length());
        for (int i = 0, c; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            if (c < 0x80) out.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c));
            else out.append(Character.toString(c).toLowerCase(Locale.ROOT));
        }
        return out.toString();
    }

    private static boolean isIdeograph(int c) {
        return c >= 0x4E00 && c <= 0x9FFF || c >= 0x3400 && c <= 0x4DBF || c >= 0x20000 && c <= 0x2A6DF || c >= 0x2A700 && c <= 0x2B73F
                || c >= 0x2B740 && c <= 0x2B81F || c >= 0x2B920 && c <= 0x2CEAF || c >= 0xF900 && c <= 0xFAFF
                || c >= 0x2F800 && c <= 0x2FA1F;
    }
}
