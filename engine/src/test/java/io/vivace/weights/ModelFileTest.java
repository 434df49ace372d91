package io.vivace.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.ModelMissing;
import io.vivace.VivaceException;
import io.vivace.weights.StoredTensor.Layout;
import io.vivace.weights.StoredTensor.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFileTest {
    @TempDir
    Path folder;

    /** Two vectors of three floats: offsets 0 and 64. */
    private byte[] model() {
        byte[] first = floats(1, 2, 3);
        byte[] second = floats(4, 5, 6);
        var header = new ModelHeader("test", Json.of("c", Map.of("layers", 3)), null, Json.of("p", Map.of()), List.of(
                new TensorEntry("a", Storage.FLOAT32, Layout.ROW_MAJOR, new int[] {3}, 0, 12, crc(first)),
                new TensorEntry("b", Storage.FLOAT32, Layout.ROW_MAJOR, new int[] {3}, 64, 12, crc(second))));
        byte[] start = header.bytes();
        byte[] all = Arrays.copyOf(start, start.length + 64 + 12);
        System.arraycopy(first, 0, all, start.length, 12);
        System.arraycopy(second, 0, all, start.length + 64, 12);
        return all;
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static int crc(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("m.viv"), bytes);
    }

    /** The model with text in its header replaced, the header's length and check sum made right again. */
    private byte[] edited(String from, String to) {
        byte[] all = model();
        int length = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
        String json = new String(all, 16, length, StandardCharsets.UTF_8);
        assertTrue(json.contains(from), json);
        byte[] changed = json.replace(from, to).getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[4096 + 76];
        ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).put(all, 0, 8).putInt(changed.length).putInt(crc(changed)).put(changed);
        System.arraycopy(all, 4096, out, 4096, 76);
        return out;
    }

    private String refusal(byte[] bytes) throws IOException {
        Path path = write(bytes);
        String message = assertThrows(BadCheckpoint.class, () -> {
            try (var file = ModelFile.open(path)) {
                file.load();
                file.verify();
            }
        }).getMessage();
        assertTrue(message.contains("m.viv") && message.endsWith(".") && !message.contains("\n"), message);
        return message;
    }

    @Test
    void aGoodFileGivesItsTensorsConfigAndOrder() throws IOException {
        try (var file = ModelFile.open(write(model()))) {
            file.load();
            file.verify();
            assertEquals(List.of("a", "b"), List.copyOf(file.names()));
            assertArrayEquals(new float[] {4, 5, 6}, file.floats("b"));
            assertEquals(0, file.get("b").bytes().address() % 64);
            assertEquals(3, file.config().integer("layers", 1, 10));
            assertEquals("test", file.family());
            String message = assertThrows(BadCheckpoint.class, () -> file.get("c")).getMessage();
            assertTrue(message.contains("\"c\""), message);
            message = assertThrows(BadCheckpoint.class, () -> file.config().integer("layers", 5, 10)).getMessage();
            assertEquals("m.viv: config.layers is 3, but a whole number from 5 to 10 is needed; correct the file or fetch it again.",
                    message);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"offset\":64|\"offset\":0|inside the tensor before it",
        "\"offset\":64|\"offset\":128|64 is next",
        "\"offset\":64|\"offset\":65|64 is next",
        "\"offset\":64|\"offset\":9223372036854775807|64 is next",
        "\"offset\":64|\"offset\":-64|whole number from 0",
        "\"offset\":64|\"offset\":99999999999999999999|whole number from 0",
        "\"offset\":64|\"offset\":\"64\"|whole number from 0",
        "\"name\":\"b\"|\"name\":\"a\"|stands twice",
        "\"name\":\"b\"|\"name\":\"\"|0 characters",
        "\"name\":\"b\"|\"nome\":\"b\"|name is missing",
        "\"dims\":[3]|\"dims\":[4]|needs 16 bytes",
        "\"dims\":[3]|\"dims\":[2147483647,2147483647,2147483647]|more than 2^63 bytes",
        "\"dims\":[3]|\"dims\":[0]|whole number from 1",
        "\"dims\":[3]|\"dims\":[1,1,1,1,1,1,1,1,3]|9 dimensions",
        "\"length\":12|\"length\":11|has length 11",
        "\"storage\":\"float32\"|\"storage\":\"int8\"|int8 needs panels",
        "\"storage\":\"float32\"|\"storage\":\"int4\"|does not know",
        "\"layout\":\"row-major\"|\"layout\":\"panels\"|panels hold a matrix",
        "\"layout\":\"row-major\"|\"layout\":\"tiles\"|does not know",
        "\"crc32c\":\"|\"crc32c\":\"x|does not know",
        "\"family\":\"test\"|\"family\":7|a string is needed",
        "\"tensors\":[|\"tensors\":[7,|an object is needed",
        "\"tensors\":[|\"tensors\":[],\"tensors\":[|Duplicate",
        "\"tensors\":[|\"tensors\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[|nesting",
        "\"family\"|family|not valid JSON",
        "\"licence\":null|\"licence\":[]|a string is needed"})
    void aHeaderThatLiesIsRefused(String from, String to, String says) throws IOException {
        String message = refusal(edited(from, to));
        assertTrue(message.contains(says), message);
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] all = model();
        for (int n = 0; n < all.length; n += n < 700 || n > 4000 ? 1 : 100) {
            refusal(Arrays.copyOf(all, n));
        }
        refusal(Arrays.copyOf(all, all.length + 1));
    }

    @Test
    void everyFlippedByteOfHeaderOrDataIsFound() throws IOException {
        byte[] all = model();
        int header = 16 + ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
        for (int i = 0; i < all.length; i++) {
            if (i < header || i >= 4096) {
                byte[] bad = all.clone();
                bad[i] ^= 0x10;
                refusal(bad);
            }
        }
    }

    @Test
    void aFileCutShortWhileOpenEndsInOneSentence() throws IOException {
        Path path = write(model());
        try (var file = ModelFile.open(path); var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            assertArrayEquals(new float[] {1, 2, 3}, file.floats("a"));
            channel.truncate(4096 + 20);
            String message = assertThrows(BadCheckpoint.class, () -> file.get("b")).getMessage();
            assertTrue(message.contains("cut short after it was opened"), message);
            assertThrows(BadCheckpoint.class, file::verify);
            assertArrayEquals(new float[] {1, 2, 3}, file.floats("a"));
        }
    }

    @Test
    void otherThingsThanFilesAreRefused() {
        assertThrows(ModelMissing.class, () -> ModelFile.open(folder.resolve("absent.viv")));
        VivaceException e = assertThrows(BadCheckpoint.class, () -> ModelFile.open(folder));
        assertTrue(e.getMessage().contains("not a regular file"));
        assertFalse(e.getMessage().contains("\n"));
    }
}
