package io.vivace.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vivace.BadCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the bytes are, a tokenizer comes out of them, or a {@link BadCheckpoint}. */
class TokenizerFuzzTest {
    private static final String TEXT = "Ünder the </s> séa,  日本 don't [MASK] ½\u0301 ｶﾞ\r\n👩‍🎤";

    @TempDir
    static Path folder;

    @FuzzTest(maxDuration = "5m")
    void sentencePieceModel(byte[] file) throws IOException {
        read("spiece.model", file);
    }

    @FuzzTest(maxDuration = "5m")
    void tokenizerJson(byte[] file) throws IOException {
        read("tokenizer.json", file);
    }

    @FuzzTest(maxDuration = "5m")
    void table(byte[] table) {
        try {
            Tokenizer.of(table).encode(TEXT);
        } catch (BadCheckpoint expected) {
            // the only way out
        }
    }

    private static void read(String name, byte[] file) throws IOException {
        Path path = folder.resolve(name);
        Files.write(path, file);
        try {
            TokenizerFiles.read(folder).ifPresent(table -> Tokenizer.of(table).encode(TEXT));
        } catch (BadCheckpoint expected) {
            // the only way out
        } finally {
            Files.delete(path);
        }
    }
}
