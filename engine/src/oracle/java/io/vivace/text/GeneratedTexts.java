package io.vivace.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Texts of many kinds, without end, the same for the same seed; all are well-formed Unicode. */
final class GeneratedTexts {
    private static final String[] SPELLED = {"</s>", "<s>", "<pad>", "<unk>", "<mask>", "[MASK]", "[CLS]", "[UNK]", "<extra_id_0>",
        "<extra_id_7>", "<extra_id_", "</s", "▁", "Ġ", "##", "\r\n", "'s", "'ll", "don't", "1,000,000", "00000"};
    private static final int[] LETTERS = {'a', 'e', 'A', 0xFF21, 0xBD, 0xFB01, 0x3B1, 0x438, 0x5D0, 0x915, 0x4E00, '1', '!', 0xFF76};
    private static final int[] MARKS = {0x300, 0x301, 0x308, 0x327, 0x30A, 0x3099, 0x309A, 0x200D, 0x200C, 0x20E3, 0xFE0F, 0x903, 0x94D, 0xE31,
        0x5B0, 0x64B};
    private static final int[] BLANKS = {' ', ' ', ' ', '\t', '\n', '\r', 0x0B, 0x0C, 0x85, 0xA0, 0x1680, 0x2003, 0x2028, 0x202F,
        0x3000, 0x200B, 0xFEFF};
    private static final int[] PEOPLE = {0x1F468, 0x1F469, 0x1F467, 0x1F3A4, 0x2764, 0x1F3FB, 0x1F3FF, 0x1F1E6, 0x1F1FF, 0x1F3B9, 0xA9};

    private final Random random;
    private final List<String> words = new ArrayList<>();
    /** First and last code point of every block. */
    private final List<int[]> blocks = new ArrayList<>();

    /** @param samples texts whose words are used */
    GeneratedTexts(long seed, List<String> samples) {
        random = new Random(seed);
        for (String sample : samples) words.addAll(Arrays.asList(sample.split(" ")));
        Character.UnicodeBlock last = null;
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            Character.UnicodeBlock block = Character.UnicodeBlock.of(c);
            if (block != null && block != last) blocks.add(new int[] {c, c});
            else if (block != null) blocks.getLast()[1] = c;
            last = block;
        }
    }

    String next() {
        var text = new StringBuilder();
        int parts = random.nextInt(100) == 0 ? 300 : 1 + random.nextInt(12);
        int kind = random.nextInt(8);
        int[] block = blocks.get(random.nextInt(blocks.size()));
        for (int i = 0; i < parts; i++) {
            switch (kind == 7 ? random.nextInt(7) : kind) {
                case 0 -> text.append(words.get(random.nextInt(words.size()))).append(random.nextInt(6) == 0 ? "" : " ");
                case 1 -> add(block[0] + random.nextInt(block[1] - block[0] + 1), text);
                case 2 -> cluster(text);
                case 3 -> text.append(SPELLED[random.nextInt(SPELLED.length)]).append(random.nextBoolean() ? " " : "");
                case 4 -> add(one(BLANKS), text);
                case 5 -> add(random.nextInt(0x180), text);
                default -> {
                    int[] any = blocks.get(random.nextInt(blocks.size()));
                    add(any[0] + random.nextInt(any[1] - any[0] + 1), text);
                }
            }
            if (random.nextInt(5) == 0) add(one(BLANKS), text);
        }
        return text.toString();
    }

    /** A letter with marks on it, a family, flags, conjoining syllables, or half-width kana. */
    private void cluster(StringBuilder text) {
        switch (random.nextInt(5)) {
            case 0 -> {
                add(one(LETTERS), text);
                for (int n = random.nextInt(4); n > 0; n--) add(one(MARKS), text);
            }
            case 1 -> {
                for (int n = 1 + random.nextInt(4); n > 0; n--) add(random.nextInt(3) == 0 ? 0x200D : one(PEOPLE), text);
            }
            case 2 -> {
                for (int n = 1 + random.nextInt(4); n > 0; n--) add(0x1F1E6 + random.nextInt(26), text);
            }
            case 3 -> {
                for (int n = 1 + random.nextInt(4); n > 0; n--) {
                    add(random.nextBoolean() ? 0x1100 + random.nextInt(256) : 0xAC00 + random.nextInt(11172), text);
                }
            }
            default -> {
                for (int n = 1 + random.nextInt(4); n > 0; n--) add(0xFF61 + random.nextInt(63), text);
            }
        }
    }

    private int one(int[] of) {
        return of[random.nextInt(of.length)];
    }

    private static void add(int c, StringBuilder text) {
        if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) text.appendCodePoint(c);
    }
}
