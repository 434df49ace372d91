package io.vivace.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile tokenizer files: one sentence with the file's name and what is wrong, soon. */
class HostileTokenizerFilesTest {
    @TempDir
    Path folder;

    private String refused(String file, byte[] content) throws IOException {
        Files.write(folder.resolve(file), content);
        return refused(file);
    }

    private String refused(String file) {
        var error = assertTimeoutPreemptively(Duration.ofSeconds(20),
                () -> assertThrows(BadCheckpoint.class, () -> TokenizerFiles.read(folder)));
        String message = error.getMessage();
        assertTrue(message.startsWith(folder.resolve(file) + ": "), message);
        assertTrue(message.endsWith(".") && !message.contains("\n") && message.length() < 600, message);
        return message;
    }

    private void refused(String file, String content, String what) throws IOException {
        String message = refused(file, content.getBytes(StandardCharsets.UTF_8));
        assertTrue(message.contains(what), message);
    }

    @Test
    void aFolderWithoutTokenizerFilesHasNone() {
        assertEquals(Optional.empty(), TokenizerFiles.read(folder));
    }

    @Test
    void aFolderInPlaceOfAFileIsRefused() throws IOException {
        Files.createDirectory(folder.resolve("tokenizer.json"));
        assertTrue(refused("tokenizer.json").contains("not a regular file"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`` | not a JSON object",
        "[] | not a JSON object",
        "{} | no \"model\"",
        "{\"model\": 3} | model must be an object",
        "{\"model\": {\"type\": \"Mystery\", \"vocab\": {}}} | model.type \"Mystery\" is not supported",
        "{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"a\"]]}} | piece 0",
        "{\"model\": {\"type\": \"Unigram\", \"unk_id\": 7, \"vocab\": [[\"a\", 0]]}} | 7",
        "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"a\", 0]]}} | model.unk_id",
        "{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"a\", 1e999]]}} | score of piece 0",
        "{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"a\", NaN]]}} | not valid JSON",
        "{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"a\", 0.5]] | not valid JSON",
        "{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"byte_fallback\": true, \"vocab\": [[\"a\", 0]]}} | byte_fallback",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 0}, \"merges\": []}} | two pieces have the id 0",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": -1}, \"merges\": []}} | -1",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 4294967296}, \"merges\": []}} | 4294967296",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a b c\"]}} | merge 0",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [[\"a\", \"a\"]]}} | \"aa\" of merge 0",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}} | byte-level pre_tokenizer",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [], \"dropout\": 0.1}} | model.dropout",
        "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\": 0}}} | \"[UNK]\"",
        "{\"pre_tokenizer\": {\"type\": \"Split\"}, \"model\": {\"vocab\": {\"[UNK]\": 0}}} | type \"Split\" is not supported",
        "{\"normalizer\": {\"type\": \"Nmt\"}, \"model\": {\"vocab\": {\"[UNK]\": 0}}} | normalizer.type \"Nmt\" is not supported",
        "{\"post_processor\": {\"type\": \"X\"}, \"model\": {\"vocab\": {\"[UNK]\": 0}}} | post_processor.type \"X\" is not supported",
        "{\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"?\"}, \"model\": {\"vocab\": {}}} | not base64",
        "{\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAD/fw==\"}, \"model\": {\"vocab\": {}}} | 2147418112",
        "{\"added_tokens\": 4, \"model\": {\"vocab\": {\"[UNK]\": 0}}} | added_tokens is 4, but an array is needed",
        "{\"post_processor\": {\"type\": \"BertProcessing\", \"cls\": [\"a\", 1e9]}, \"model\": {\"vocab\": {\"[UNK]\": 0}}} | cls[1]",
    })
    void tokenizerJsonSaysWhatIsWrong(String content, String what) throws IOException {
        refused("tokenizer.json", content, what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "{\"normalizer\":[", "{\"model\":{\"x\":["})
    void deepJsonIsRefused(String open) throws IOException {
        refused("tokenizer.json", open.repeat(100_000), "");
    }

    @Test
    void manyNormalizersAreRefused() throws IOException {
        String one = "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"aa\"}";
        refused("tokenizer.json", "{\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [" + one + (", " + one).repeat(999)
                + "]}, \"model\": {\"vocab\": {\"[UNK]\": 0}}}", "1000 normalizers");
    }

    @Test
    void aTextThatGrowsWithoutEndIsRefused() throws IOException {
        String one = "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"" + "a".repeat(1000) + "\"}";
        Files.writeString(folder.resolve("tokenizer.json"), "{\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [" + one
                + (", " + one).repeat(9) + "]}, \"model\": {\"vocab\": {\"[UNK]\": 0}}}");
        Tokenizer tokenizer = Tokenizer.of(TokenizerFiles.read(folder).orElseThrow());
        assertThrows(BadCheckpoint.class, () -> tokenizer.encode("a".repeat(1000)));
    }

    @Test
    void aLongPieceIsRefused() throws IOException {
        refused("tokenizer.json", "{\"model\": {\"vocab\": {\"[UNK]\": 0, \"" + "x".repeat(2000) + "\": 1}}}", "2000 bytes");
    }

    @Test
    void everyTruncatedSentencePieceModelIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(TokenizerCase.named("tokenize-t5-spiece").checkpoint().resolve("spiece.model"));
        int pieces = 7000; // the pieces take about so many bytes; behind them a cut may fall between two fields
        for (int length = 0; length < pieces; length += 53) refused("spiece.model", Arrays.copyOf(whole, length));
        for (int length = pieces; length < whole.length; length += 4999) refused("spiece.model", Arrays.copyOf(whole, length));
    }

    @Test
    void aDamagedSentencePieceModelIsRefusedOrHarmless() throws IOException {
        byte[] whole = Files.readAllBytes(TokenizerCase.named("tokenize-t5-spiece").checkpoint().resolve("spiece.model"));
        var random = new Random(5);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            for (int n = 0; n < 3; n++) damaged[random.nextInt(i % 2 == 0 ? 9000 : damaged.length)] = (byte) random.nextInt();
            Files.write(folder.resolve("spiece.model"), damaged);
            try {
                Tokenizer.of(TokenizerFiles.read(folder).orElseThrow()).encode("½ ünder the séa ﬁne ｶﾞ");
            } catch (BadCheckpoint expected) {
                assertTrue(expected.getMessage().endsWith("."), expected.getMessage());
            }
        }
    }

    @Test
    void liesInAProtocolBufferAreRefused() throws IOException {
        byte[] long32 = {0x0A, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07};
        assertTrue(refused("spiece.model", long32).contains("bytes, but 0 are left"));
        byte[] negative = new byte[11];
        Arrays.fill(negative, (byte) 0xFF);
        negative[0] = 0x0A;
        negative[10] = 1;
        assertTrue(refused("spiece.model", negative).contains("18446744073709551615 bytes"));
        assertTrue(refused("spiece.model", new byte[] {0x0B}).contains("wire type 3"));
        assertTrue(refused("spiece.model", piece("a", Float.NaN, 2)).contains("NaN"));
        assertTrue(refused("spiece.model", piece("a", 0, 1)).contains("no piece for unknown characters"));
        assertTrue(refused("spiece.model", Arrays.copyOf(piece("a", 0, 2), 12)).contains("incomplete"));
    }

    private static byte[] piece(String name, float score, int type) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x0A, (byte) (name.length() + 9), 0x0A, (byte) name.length()});
        out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        out.write(0x15);
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(score).array());
        out.writeBytes(new byte[] {0x18, (byte) type, 0x12, 0, 0x1A, 0});
        return out.toByteArray();
    }

    @Test
    void settingsOfTheWrongKindAreRefusedByTheirOwnName() throws IOException {
        Files.copy(TokenizerCase.named("tokenize-t5-spiece").checkpoint().resolve("spiece.model"), folder.resolve("spiece.model"));
        Files.writeString(folder.resolve("tokenizer_config.json"), "[]");
        assertTrue(refused("tokenizer_config.json").contains("does not begin with a JSON object"));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"extra_ids\": -3}");
        assertTrue(refused("tokenizer_config.json").contains("extra_ids is -3, but a whole number"));
    }

    @Test
    void vocabularyFilesSayWhatIsWrong() throws IOException {
        refused("vocab.txt", "a\nb\n", "\"[UNK]\"");
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b\n");
        refused("vocab.json", "{\"a\": \"x\"}", "piece \"a\"");
        Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0}");
        refused("merges.txt", "#version: 0.2\na b\n", "of merge 0");
        refused("merges.txt", "#version: 0.2\n\n", "merge 0 is not two texts");
    }
}
