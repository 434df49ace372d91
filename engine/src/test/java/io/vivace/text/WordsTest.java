package io.vivace.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where texts are cut, apart from any vocabulary. */
class WordsTest {
    private static final Pattern GPT2 = Pattern.compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{IsWhite_Space}\\p{L}\\p{N}]+"
                    + "|\\p{IsWhite_Space}+(?!\\P{IsWhite_Space})|\\p{IsWhite_Space}+");

    @Test
    void gpt2WordsAreThoseOfItsRegularExpression() {
        var random = new Random(3);
        String alphabet = "ab Zé  '\t\n\u0085\u00a0\u2003\u3000srtvemld12½Ⅷ.,!-_日ñ\u0301🎹𝟘";
        int[] letters = alphabet.codePoints().toArray();
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) text.appendCodePoint(letters[random.nextInt(letters.length)]);
            assertEquals(GPT2.matcher(text).results().map(match -> match.group()).toList(), gpt2(text.toString()), text.toString());
        }
    }

    @Test
    void everyCodePointIsOfTheClassThatTheRegularExpressionSays() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) continue;
            String text = "a" + Character.toString(c) + "1";
            assertEquals(GPT2.matcher(text).results().map(match -> match.group()).toList(), gpt2(text), () -> text);
        }
    }

    private static List<String> gpt2(String text) {
        var words = new ArrayList<String>();
        for (int from = 0; from < text.length(); ) {
            int end = Gpt2Words.end(text, from);
            words.add(text.substring(from, end));
            from = end;
        }
        return words;
    }

    /** Lengths of clusters in code points; the cases follow GraphemeBreakTest.txt of Unicode 17. */
    @ParameterizedTest
    @CsvSource({
        "0061 0062, 1 1", "000D 000A, 2", "000A 000D, 1 1", "0061 0301 0327, 3", "0020 0308 0020, 2 1", "1100 1161 11A8, 3",
        "AC00 11A8, 2", "AC01 11A8 1100, 2 1", "AC01 1161, 1 1", "1F1E6 1F1E7 1F1E8 1F1E9, 2 2",
        "0061 1F1E6 1F1E7 1F1E8 0062, 1 2 1 1", "1F476 1F3FF 1F476, 2 1", "1F469 200D 1F3A4, 3", "1F6D1 0308 200D 1F6D1, 4",
        "0061 200D 1F6D1, 2 1", "1F6D1 200D 200D 1F6D1, 3 1", "0600 0061, 2", "0061 0600, 1 1", "0915 094D 0924, 3",
        "0915 0924, 1 1", "0915 094D 200D 0924, 4", "0915 093C 094D 0924, 4", "0915 094D 200C 0924, 3 1", "0061 094D 0924, 2 1",
        "0061 0903, 2", "0001 0301, 1 1", "0600 000A, 1 1", "200D 0061, 1 1", "00A9 0301, 2", "0915 094D 094D 0924, 4",
        "1F1E6 200D 1F1E7 1F1E6, 2 2"})
    void clustersFollowTheRules(String codePoints, String lengths) {
        var text = new StringBuilder();
        for (String hex : codePoints.split(" ")) text.appendCodePoint(Integer.parseInt(hex, 16));
        var found = new ArrayList<String>();
        for (int from = 0; from < text.length(); ) {
            int end = Graphemes.end(text.toString(), from);
            found.add(String.valueOf(text.codePointCount(from, end)));
            from = end;
        }
        assertEquals(lengths, String.join(" ", found));
    }
}
