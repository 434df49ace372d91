package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Model files that are missing, damaged, foreign or forged. */
class DamagedModelTest extends CommandCase {
    @Test void missingModelsAreSaid() {
        Run.of("generate", "-m", file("none.viv").toString(), "x", "-o", file("x.wav").toString()).fails(ExitCode.MODEL_MISSING, "none.viv");
        Run.of("generate", "x", "-o", file("x.wav").toString()).fails(ExitCode.MODEL_MISSING, "-m");
        Run.of("inspect", file("none.viv").toString()).fails(ExitCode.MODEL_MISSING, "none.viv");
        Run.of("plan", "-m", file("none.viv").toString()).fails(ExitCode.MODEL_MISSING, "none.viv");
        Run.of("convert", file("none").toString(), "-o", file("x.viv").toString()).fails(ExitCode.MODEL_MISSING, "none");
    }

    /** A bit of the header, of the data, and the length: each is noticed. */
    @Test void damagedModelsAreRefused() throws IOException {
        byte[] good = Files.readAllBytes(models.resolve("demo.viv"));
        Path bad = file("bad.viv");
        for (int length : new int[] {0, 7, 15, 16, 100, 4096, good.length / 2, good.length - 1}) {
            Files.write(bad, Arrays.copyOf(good, length));
            for (String command : List.of("inspect", "plan", "generate")) refuse(command, bad);
        }
        for (int at : new int[] {0, 7, 9, 13, 20, 500}) {
            byte[] flipped = good.clone();
            flipped[at] ^= 0x10;
            Files.write(bad, flipped);
            refuse("generate", bad);
        }
        byte[] flipped = good.clone();
        flipped[good.length - 100_000] ^= 1;
        Files.write(bad, flipped);
        Run.of("inspect", "--verify", bad.toString()).fails(ExitCode.BAD_WEIGHTS, "bad.viv", "check sum");
        Run.of("generate", "-m", bad.toString(), "x", "-o", file("x.wav").toString()).fails(ExitCode.BAD_WEIGHTS, "bad.viv", "check sum");
        Files.delete(bad);
        assertEquals(List.of(), names());
    }

    private void refuse(String command, Path bad) {
        refuse(command, bad, "bad.viv");
    }

    private void refuse(String command, Path bad, String word) {
        String[] args = switch (command) {
            case "inspect" -> new String[] {"inspect", bad.toString()};
            case "plan" -> new String[] {"plan", "-m", bad.toString()};
            default -> new String[] {"generate", "-m", bad.toString(), "x", "-o", file("x.wav").toString()};
        };
        Run.of(args).fails(ExitCode.BAD_WEIGHTS, word);
    }

    @Test void foldersAndForeignFilesAreNoModels() throws IOException {
        Run.of("inspect", folder.toString()).fails(ExitCode.BAD_WEIGHTS, "regular file");
        Path pointer = file("lfs.viv");
        Files.writeString(pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n");
        Run.of("inspect", pointer.toString()).fails(ExitCode.BAD_WEIGHTS, "lfs.viv");
        Path weights = Repository.GOLDEN.resolve("text/bert/checkpoint");
        Run.of("convert", weights.toString(), "-o", file("bert.viv").toString()).succeeds();
        Run.of("generate", "-m", file("bert.viv").toString(), "x", "-o", file("x.wav").toString()).fails(ExitCode.BAD_WEIGHTS, "bert");
    }

    /** The demo model with another header, whose check sum is right: that stops accidents, not people. */
    private Path forged(String from, String to) throws IOException {
        ByteBuffer good = ByteBuffer.wrap(Files.readAllBytes(models.resolve("demo.viv"))).order(ByteOrder.LITTLE_ENDIAN);
        String json = new String(good.array(), 16, good.getInt(8), StandardCharsets.UTF_8);
        assertTrue(json.contains(from), json.substring(0, 2000));
        byte[] header = json.replace(from, to).getBytes(StandardCharsets.UTF_8);
        var crc = new CRC32C();
        crc.update(header);
        int data = Math.ceilDiv(16 + good.getInt(8), 4096) * 4096, start = Math.ceilDiv(16 + header.length, 4096) * 4096;
        ByteBuffer bad = ByteBuffer.allocate(start + good.capacity() - data).order(ByteOrder.LITTLE_ENDIAN);
        bad.put(good.array(), 0, 8).putInt(header.length).putInt((int) crc.getValue()).put(header).position(start);
        return Files.write(file("forged.viv"), bad.put(good.array(), data, good.capacity() - data).array());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"hidden\":64|\"hidden\":1048576", "\"hidden\":64|\"hidden\":-64", "\"hidden\":64|\"hidden\":\"64\"",
        "\"heads\":|\"heads\":0", "\"codebooks\":|\"codebooks\":9", "\"vocab\":|\"vocab\":9",
        "\"config\":{|\"config\":{},\"x\":{", "\"family\":\"musicgen\"|\"family\":\"jukebox\""})
    void configsThatLieAreRefused(String from, String to) throws IOException {
        Path bad = forged(from, to);
        refuse("plan", bad, "");
        refuse("generate", bad, "");
        assertEquals(List.of("forged.viv"), names());
    }

    @Test void modelsCannotCommandTheTerminal() throws Exception {
        Path file = forged("decoder.heads", "decoder\\u001b");
        String text = Run.of("inspect", "--tensors", "--verify", file.toString()).succeeds().text();
        assertTrue(text.contains("decoder? "), text);
        for (Run run : List.of(Run.of("inspect", "--tensors", file.toString()), Run.of("inspect", "--tensors", "--json", file.toString()),
                Run.of("generate", "-m", file.toString(), "x", "-o", file("x.wav").toString()), Run.of("inspect", file("\u001b[31m").toString()),
                generate("\u009b31m", "--json", "-o", file("n\u001b\u009b31m.wav").toString()))) {
            assertFalse((run.text() + run.err()).matches("(?s).*[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f].*"), run.text() + run.err());
        }
    }
}
