package io.vivace.converter.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.VivaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    private static final String GOOD = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[8,10]},\"__metadata__\":{\"format\":\"pt\"}}";

    @TempDir
    Path folder;

    private static byte[] file(String header, int data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).array();
    }

    private Checkpoint open(byte[] bytes) throws IOException {
        return Checkpoints.openFile(Files.write(folder.resolve("m.safetensors"), bytes));
    }

    private String refusal(byte[] bytes) throws IOException {
        Files.write(folder.resolve("m.safetensors"), bytes);
        String message = assertThrows(BadCheckpoint.class, () ->
                Checkpoints.openFile(folder.resolve("m.safetensors")).close()).getMessage();
        assertTrue(message.contains("m.safetensors") && message.endsWith(".") && !message.contains("\n"), message);
        return message;
    }

    @Test
    void aGoodFileGivesItsTensors() throws IOException {
        byte[] bytes = file(GOOD, 10);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 10, 1.5f).putFloat(bytes.length - 6, -2)
                .putShort(bytes.length - 2, (short) 0x3fc0);
        try (Checkpoint c = open(bytes)) {
            assertArrayEquals(new float[] {1.5f, -2}, c.tensors().get("a").floats());
            assertArrayEquals(new float[] {1.5f}, c.tensors().get("b").floats());
            assertEquals(2, c.tensors().size());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[0,8]|[0,9]|spans 9 bytes",
        "[0,8]|[8,0]|ends before it",
        "[0,8]|[-8,0]|whole number from 0",
        "[0,8]|[0,8,9]|3 data_offsets",
        "[0,8]|[0]|1 data_offsets",
        "[0,8]|[0,1e3]|of the data, which has 10 bytes",
        "[0,8]|[0,9223372036854775807]|of the data, which has 10 bytes",
        "[0,8]|[0,18446744073709551615]|whole number from 0",
        "[0,8]|[0,\"8\"]|whole number from 0",
        "[0,8]|[0,8.5]|whole number from 0",
        "[0,8]|[0,null]|whole number from 0",
        "[0,8]|{}|an array is needed",
        "[8,10]|[7,9]|inside another tensor",
        "[8,10]|[0,2]|inside another tensor",
        "\"shape\":[2,1],\"data_offsets\":[0,8]|\"shape\":[1],\"data_offsets\":[0,4]|belong to no tensor",
        "\"shape\":[2,1],\"data_offsets\":[0,8]|\"shape\":[1],\"data_offsets\":[4,8]|belong to no tensor",
        "\"shape\":[],\"data_offsets\":[8,10]|\"shape\":[0],\"data_offsets\":[8,8]|goes on to 10",
        "[2,1]|[3,1]|needs 12",
        "[2,1]|[-2,-1]|whole number from 0",
        "[2,1]|[2147483648]|whole number from 0",
        "[2,1]|[2147483647,2147483647,2147483647]|more than 2^63 bytes",
        "[2,1]|[2147483647,2147483647,2]|more than 2^63 bytes",
        "[2,1]|[1,1,1,1,1,1,1,1,2]|9 dimensions",
        "[2,1]|2|an array is needed",
        "\"F32\"|\"F8_E4M3\"|not supported",
        "\"F32\"|\"f32\"|not supported",
        "\"F32\"|4|a string is needed",
        "\"dtype\":\"F32\",||dtype is missing",
        "\"shape\":[2,1],||shape is missing",
        ",\"data_offsets\":[0,8]||data_offsets is missing",
        "\"dtype\":\"F32\"|\"dtype\":\"F32\",\"code\":\"x\"|unknown member",
        "\"dtype\":\"F32\"|\"dtype\":\"F32\",\"dtype\":\"F32\"|Duplicate",
        "\"b\":|\"a\":|Duplicate",
        "\"format\":\"pt\"|\"format\":1|a string is needed",
        "{\"format\":\"pt\"}|[]|an object is needed",
        "{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[8,10]}|7|an object is needed",
        "{\"a\"|{a|not valid JSON",
        "}}|}|not valid JSON",
        "}}|}}{}|goes on after",
        "{\"a\"|[{\"a\"|does not begin with {",
        "\"F32\"|NaN|a string is needed"})
    void aHeaderThatLiesIsRefused(String from, String to, String says) throws IOException {
        assertTrue(GOOD.contains(from));
        int at = GOOD.indexOf(from);
        String message = refusal(file(GOOD.substring(0, at) + (to == null ? "" : to) + GOOD.substring(at + from.length()), 10));
        assertTrue(message.contains(says), message);
    }

    /** The product of the other axes is beyond 2^63, but nothing has to be addressed. */
    @Test
    void aTensorWithoutElementsMayHaveLongAxes() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[0,2147483647,2147483647,2147483647],\"data_offsets\":[0,0]}}";
        try (Checkpoint c = open(file(header, 0))) {
            assertEquals(0, c.tensors().get("a").floats().length);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 25_000_001, 1L << 40, 300})
    void aHeaderLengthThatLiesIsRefused(long length) throws IOException {
        byte[] bytes = file(GOOD, 10);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        assertTrue(refusal(bytes).contains("byte 0 claims a header"));
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] all = file(GOOD, 10);
        for (int n = 0; n < all.length; n++) {
            refusal(Arrays.copyOf(all, n));
        }
        refusal(Arrays.copyOf(all, all.length + 1));
    }

    @Test
    void deepNestingEndsInOneSentence() throws IOException {
        assertTrue(refusal(file("{\"a\":" + "[".repeat(100_000), 0)).contains("nesting"));
    }

    @Test
    void namesOfTensorsCannotForgeMessages() throws IOException {
        String message = refusal(file("{\"a\\nFAKE\":{\"dtype\":\"F32\",\"shape\":[9],\"data_offsets\":[0,8]}}", 8));
        assertTrue(message.contains("FAKE"), message);
    }

    @Test
    void standInsForTheFileAreRefused() throws IOException {
        String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n";
        assertTrue(refusal(pointer.getBytes(StandardCharsets.US_ASCII)).contains("git lfs pull"));
        assertTrue(refusal(new byte[0]).contains("is empty"));
        VivaceException folderError = assertThrows(BadCheckpoint.class, () -> Checkpoints.openFile(folder));
        assertTrue(folderError.getMessage().contains("a folder"));
    }

    @Test
    void aPipeIsRefusedAndNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("pipe.safetensors");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertTrue(assertThrows(BadCheckpoint.class, () -> Checkpoints.openFile(pipe)).getMessage().contains("a pipe"));
    }
}
