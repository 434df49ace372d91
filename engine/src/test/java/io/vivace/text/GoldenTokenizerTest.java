package io.vivace.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.JsonReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every text of the reference cases gets the ids of the original. */
@Execution(ExecutionMode.SAME_THREAD)
class GoldenTokenizerTest {

    static Stream<TokenizerCase> cases() {
        return TokenizerCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesTheIdsOfTheOriginal(TokenizerCase reference) {
        Tokenizer tokenizer = reference.tokenizer();
        assertTrue(reference.texts().size() > 100, "texts");
        for (int i = 0; i < reference.texts().size(); i++) {
            String text = reference.texts().get(i);
            assertArrayEquals(reference.ids().get(i), tokenizer.encode(text), () -> "\"" + text + "\"");
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sameFilesGiveTheSameTable(TokenizerCase reference) {
        assertArrayEquals(reference.table(), reference.table());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void knowsItsSpecialIds(TokenizerCase reference) {
        Tokenizer tokenizer = reference.tokenizer();
        int[] empty = tokenizer.encode("");
        assertEquals(empty[empty.length - 1], tokenizer.endId().orElseThrow());
        String pad = reference.toString().contains("bert") && !reference.toString().contains("roberta") ? "[PAD]" : "<pad>";
        assertEquals(tokenizer.encode(pad)[empty.length - 1], tokenizer.padId().orElseThrow());
        int highest = reference.ids().stream().flatMapToInt(Arrays::stream).max().orElseThrow();
        assertTrue(highest < tokenizer.size(), () -> highest + " is not below " + tokenizer.size());
    }

    @Test
    void theRepositoryHoldsEveryKindOfFile() {
        List<String> names = TokenizerCase.all().map(each -> each.folder().getFileName().toString()).toList();
        assertTrue(names.containsAll(
                List.of("tokenize-t5", "tokenize-t5-spiece", "tokenize-roberta", "tokenize-roberta-older", "tokenize-bert")));
    }

    static Stream<Path> pipelines() {
        return TokenizerCase.collections().stream().map(each -> each.resolve("musicgen/pipeline")).filter(Files::isDirectory);
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void encodesThePromptsOfTheMusicGenPipeline(Path folder) throws IOException {
        Tokenizer tokenizer = Tokenizer.of(TokenizerFiles.read(folder.resolve("checkpoint")).orElseThrow());
        ObjectNode reference = JsonReader.read("case.json", Files.readAllBytes(folder.resolve("case.json")));
        List<String> prompts = reference.object("params").array("prompts").texts();
        int[][] rows = inputIds(folder.resolve("io.safetensors"));
        assertEquals(rows.length, prompts.size());
        for (int i = 0; i < rows.length; i++) {
            int[] ids = tokenizer.encode(prompts.get(i));
            int[] padded = Arrays.copyOf(ids, rows[i].length);
            Arrays.fill(padded, ids.length, padded.length, tokenizer.padId().orElseThrow());
            assertArrayEquals(rows[i], padded, prompts.get(i));
        }
    }

    /** "in.input_ids", an int64 matrix of a safetensors file. */
    private static int[][] inputIds(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        var header = new byte[(int) in.getLong()];
        in.get(header);
        ObjectNode ids = JsonReader.read("header", header).object("in.input_ids");
        int[] shape = ids.array("shape").integers(1, 1 << 20);
        in.position(in.position() + ids.array("data_offsets").integers(0, 1 << 30)[0]);
        var rows = new int[shape[0]][shape[1]];
        for (int[] row : rows) {
            for (int i = 0; i < row.length; i++) row[i] = (int) in.getLong();
        }
        return rows;
    }
}
