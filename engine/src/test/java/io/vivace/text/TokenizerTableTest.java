package io.vivace.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compact table: loading, damage, and texts that nobody types. */
class TokenizerTableTest {

    @Test
    void loadsFromMemoryOutsideTheHeap() {
        byte[] table = TokenizerCase.named("tokenize-t5").table();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(table.length + 1).asSlice(1); // not aligned
            MemorySegment.copy(table, 0, segment, ValueLayout.JAVA_BYTE, 0, table.length);
            assertArrayEquals(Tokenizer.of(table).encode("warm lo-fi piano"), Tokenizer.of(segment).encode("warm lo-fi piano"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenize-t5", "tokenize-roberta", "tokenize-bert"})
    void aTruncatedTableIsRefused(String name) {
        byte[] table = TokenizerCase.named(name).table();
        int step = 1 + table.length / 500;
        for (int length = 0; length < table.length; length += length < 200 ? 1 : step) {
            byte[] part = Arrays.copyOf(table, length);
            var error = assertThrows(BadCheckpoint.class, () -> Tokenizer.of(part));
            assertTrue(error.getMessage().startsWith("The tokenizer table is damaged at byte "), error.getMessage());
        }
        assertThrows(BadCheckpoint.class, () -> Tokenizer.of(Arrays.copyOf(table, table.length + 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenize-t5", "tokenize-roberta", "tokenize-bert"})
    void aDamagedTableIsRefusedOrHarmless(String name) {
        byte[] table = TokenizerCase.named(name).table();
        var random = new Random(1);
        for (int i = 0; i < 1500; i++) {
            byte[] damaged = table.clone();
            int range = i % 2 == 0 ? Math.min(400, table.length) : table.length;
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) damaged[random.nextInt(range)] = (byte) random.nextInt();
            try {
                Tokenizer.of(damaged).encode("Ünder the </s> séa, 日本 \u0000 don't [MASK] ½\u0301");
            } catch (BadCheckpoint expected) {
                // one sentence is all that may come
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenize-t5", "tokenize-t5-spiece", "tokenize-roberta", "tokenize-bert"})
    void longTextsTakeLinearTime(String name) {
        Tokenizer tokenizer = TokenizerCase.named(name).tokenizer();
        String[] parts = {"x", "ambient piano, ", " ", "é", "日", "a\u0301", "👩‍🎤", "<", "'", "\u0000", "\uD800", "🇯🇵", "क्"};
        for (String part : parts) {
            String text = part.repeat(100_000 / part.length());
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> tokenizer.encode(text), part); // quadratic would take minutes
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenize-t5", "tokenize-roberta", "tokenize-bert"})
    void loneSurrogatesAreReplacementCharacters(String name) {
        Tokenizer tokenizer = TokenizerCase.named(name).tokenizer();
        int[] replaced = tokenizer.encode("a \uFFFD b\uFFFD \uFFFD🎹");
        assertArrayEquals(replaced, tokenizer.encode("a \uD83C b\uDFB9 \uD83C🎹"));
    }
}
