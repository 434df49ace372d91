package io.vivace.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * A letter for each class of code points, read from a resource of lines {@code first[-last] letter} in ascending order, and
 * the few Unicode properties that need no table.
 *
 * <p>Why not {@link Character#getType}? Tokenizers froze their Unicode tables at different versions (BERT's is near 8, grapheme
 * clusters are at 17), and the ids must not change with the JDK.
 *
 * <p>{@code grapheme-classes.txt}: Grapheme_Cluster_Break of Unicode 17 (Extend E, SpacingMark S, Prepend P, ZWJ Z, Regional_Indicator R,
 * Control C, hangul L V T without its syllables), Extended_Pictographic X, Indic_Conjunct_Break Consonant I and Linker K.
 * {@code bert-classes.txt}: made by {@code src/oracle/python/bert_classes.py}.
 */
final class CodePoints {
    /** The class of code points that are in no line. */
    static final byte OTHER = 0;

    private final int[] first;
    private final int[] last;
    private final byte[] letter;

    private CodePoints(int[] first, int[] last, byte[] letter) {
        this.first = first;
        this.last = last;
        this.letter = letter;
    }

    static CodePoints of(String resource) {
        try (InputStream in = CodePoints.class.getResourceAsStream(resource)) {
            return parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CodePoints parse(byte[] text) {
        int lines = 0;
        for (byte b : text) {
            if (b == '\n') lines++;
        }
        var first = new int[lines];
        var last = new int[lines];
        var letter = new byte[lines];
        int value = 0;
        int line = 0;
        boolean range = false;
        for (int i = 0; i < text.length; i++) {
            switch (text[i]) {
                case '-' -> {
                    first[line] = value;
                    range = true;
                    value = 0;
                }
                case ' ' -> {
                    if (!range) first[line] = value;
                    last[line] = value;
                    letter[line++] = text[i + 1];
                    i += 2;
                    range = false;
                    value = 0;
                }
                default -> value = value << 4 | Character.digit(text[i], 16);
            }
        }
        return new CodePoints(first, last, letter);
    }

    byte of(int codePoint) {
        int i = Arrays.binarySearch(first, codePoint);
        if (i < 0) i = -i - 2;
        return i >= 0 && codePoint <= last[i] ? letter[i] : OTHER;
    }

    /** Unicode's White_Space; {@link Character#isWhitespace} leaves out U+0085 and the no-break blanks and adds U+001C to U+001F. */
    static boolean isWhitespace(int c) {
        if (c <= 0xA0) return c == ' ' || c >= 9 && c <= 13 || c == 0x85 || c == 0xA0;
        return c == 0x1680 || c >= 0x2000 && c <= 0x200A || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
    }

    /** A letter, mark, digit, connector or joiner: what {@code \w} means for words in Unicode's regular expressions. */
    static boolean isWordPart(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK, Character.DECIMAL_DIGIT_NUMBER,
                    Character.CONNECTOR_PUNCTUATION -> true;
            default -> Character.isAlphabetic(c) || c == 0x200C || c == 0x200D;
        };
    }

    /** The text with every lone surrogate replaced by U+FFFD. */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                int c = text.codePointAt(i);
                if (!Character.isSupplementaryCodePoint(c)) return replaceLone(text);
                i++;
            }
        }
        return text;
    }

    private static String replaceLone(String text) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            out.appendCodePoint(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c);
        }
        return out.toString();
    }
}
