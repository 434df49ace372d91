package io.vivace.text;

/**
 * GPT-2's words, without a regular expression engine:
 * {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}.
 */
final class Gpt2Words {
    private static final String[] CONTRACTIONS = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};

    private enum Kind { LETTER, NUMBER, BLANK, MARK }

    private Gpt2Words() {
    }

    /** The index behind the word that starts at an index. */
    static int end(String text, int from) {
        if (text.charAt(from) == '\'') {
            for (String contraction : CONTRACTIONS) {
                if (text.startsWith(contraction, from)) return from + contraction.length();
            }
        }
        boolean blankAhead = text.charAt(from) == ' ' && from + 1 < text.length();
        int first = blankAhead ? from + 1 : from;
        Kind kind = kind(text.codePointAt(first));
        if (kind != Kind.BLANK) return runEnd(text, first, kind);
        int end = runEnd(text, from, Kind.BLANK);
        // The last blank of a run belongs to the word behind it; every blank is one char.
        return end < text.length() && end - from > 1 ? end - 1 : end;
    }

    private static int runEnd(String text, int from, Kind kind) {
        int i = from;
        while (i < text.length() && kind(text.codePointAt(i)) == kind) i += Character.charCount(text.codePointAt(i));
        return i;
    }

    private static Kind kind(int c) {
        if (c < 0x80) {
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') return Kind.LETTER;
            if (c >= '0' && c <= '9') return Kind.NUMBER;
        }
        if (CodePoints.isWhitespace(c)) return Kind.BLANK;
        return switch (Character.getType(c)) {
            case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER, Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER -> Kind.LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> Kind.NUMBER;
            default -> Kind.MARK;
        };
    }
}
