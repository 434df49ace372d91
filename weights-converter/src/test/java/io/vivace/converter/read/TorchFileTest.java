package io.vivace.converter.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fixtures are made by make.py beside them. */
class TorchFileTest {
    @TempDir
    Path folder;

    static byte[] fixture(String name) throws IOException {
        try (InputStream in = TorchFileTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("m.bin"), bytes);
    }

    private String refusal(byte[] bytes) throws IOException {
        Path path = write(bytes);
        String message = assertThrows(BadCheckpoint.class, () -> Checkpoints.openFile(path).close()).getMessage();
        assertTrue(message.contains("m.bin") && message.endsWith(".") && !message.contains("\n"), message);
        return message;
    }

    private static void assertState(Map<String, SourceTensor> tensors) {
        float[] plain = new float[24];
        for (int i = 0; i < 24; i++) {
            plain[i] = i;
        }
        assertArrayEquals(plain, tensors.get("plain").floats());
        assertArrayEquals(new int[] {3, 2}, tensors.get("transposed").dims());
        assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, tensors.get("transposed").floats());
        assertArrayEquals(new float[] {2, 4, 6}, tensors.get("stepped").floats());
        assertArrayEquals(new float[] {1, 1, 1, 2, 2, 2}, tensors.get("broadcast").floats());
        assertArrayEquals(new float[] {1.5f, -2}, tensors.get("half").floats());
        assertArrayEquals(new float[] {1.5f, -3}, tensors.get("bfloat").floats());
        assertArrayEquals(new float[] {0.1f}, tensors.get("double").floats());
        assertArrayEquals(new float[] {1, -2, 3}, tensors.get("long").floats());
        assertArrayEquals(new float[] {7}, tensors.get("int").floats());
        assertArrayEquals(new float[] {255}, tensors.get("byte").floats());
        assertArrayEquals(new float[] {1, 0}, tensors.get("flag").floats());
        assertArrayEquals(new float[] {3}, tensors.get("scalar").floats());
        assertArrayEquals(new float[] {}, tensors.get("empty").floats());
        assertArrayEquals(new float[] {4, 5}, tensors.get("parameter").floats());
        assertArrayEquals(Arrays.copyOfRange(plain, 12, 24), tensors.get("shared").floats());
        assertEquals(15, tensors.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"state.bin", "legacy.bin"})
    void everyKindOfTensorIsRead(String name) throws IOException {
        try (Checkpoint c = Checkpoints.openFile(write(fixture(name)))) {
            assertState(c.tensors());
        }
    }

    @Test
    void otherValuesAreDataAndUnknownClassesAreOpaque() throws IOException {
        Checkpoints.Opened opened = Checkpoints.openTorch(write(fixture("nested.bin")), "best_state");
        try (Checkpoint c = opened.checkpoint()) {
            assertState(c.tensors());
            assertEquals("a: 1\nb: ${a}\n", opened.torch().text("xp.cfg"));
            assertTrue(opened.torch().has("args"));
            assertNull(opened.torch().text("args"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"state.bin", "legacy.bin", "nested.bin"})
    void everyTruncationIsRefused(String name) throws IOException {
        byte[] all = fixture(name);
        for (int n = 0; n < all.length; n += 29) {
            refusal(Arrays.copyOf(all, n));
        }
        refusal(Arrays.copyOf(all, all.length + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"state.bin", "legacy.bin", "nested.bin", "arrays.npz"})
    void noFlippedBitEndsInAnythingButTensorsOrOneSentence(String name) throws IOException {
        byte[] all = fixture(name);
        var random = new Random(1);
        for (int i = 0; i < 700; i++) {
            byte[] bad = all.clone();
            for (int flips = random.nextInt(3); flips >= 0; flips--) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path path = Files.write(folder.resolve(name.endsWith("npz") ? "m.npz" : "m.bin"), bad);
            try (Checkpoint c = Checkpoints.openFile(path)) {
                c.tensors().values().forEach(SourceTensor::floats);
            } catch (BadCheckpoint e) {
                assertTrue(e.getMessage().endsWith(".") && !e.getMessage().contains("\n"), e.getMessage());
            }
        }
    }

    /** Offsets of fields in the first local header, the first directory entry, or the end record. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "local|8|8|another method", "local|6|1|another method", "local|18|5|another size", "local|14|77|another size",
                "local|26|9|another name",
        "local|0|0|neither a zip", "central|10|8|is compressed", "central|8|2057|encrypted", "central|16|1234|disagrees",
        "central|20|3|stored bytes",
        "central|42|7|may not overlap or leave gaps", "central|32|4|comment", "central|34|1|another disk",
        "central|0|1|no zip directory entry",
        "central|28|60000|cut short", "end|20|1|comment", "end|10|2|several disks", "end|4|1|several disks", "end|16|9|disagree",
        "end|12|9|disagree",
        "end|0|0|no zip end record"})
    void aZipThatContradictsItselfIsRefused(String where, int field, int value, String says) throws IOException {
        byte[] all = fixture("state.bin");
        ByteBuffer b = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        int directory = (int) b.getLong(all.length - 22 - 20 - 56 + 48);
        int start = switch (where) {
            case "local" -> 0;
            case "central" -> directory;
            default -> all.length - 22;
        };
        boolean wide = Arrays.asList(14, 18, 20, 16, 12, 0, 42).contains(field) && !(where.equals("end") && field == 20);
        if (wide) {
            b.putInt(start + field, value);
        } else {
            b.putShort(start + field, (short) value);
        }
        String message = refusal(all);
        assertTrue(message.contains(says), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tate/data.pkl", "../../data.pkl", "state\\data.pkl", "state/\u0001ata.pkl", "state//ata.pkl"})
    void namesThatLeaveTheArchiveAreRefused(String name) throws IOException {
        byte[] all = fixture("state.bin");
        String text = new String(all, java.nio.charset.StandardCharsets.ISO_8859_1);
        String renamed = text.replace("state/data.pkl", name);
        assertTrue(refusal(renamed.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)).contains("unsafe name"));
    }

    @Test
    void aSecondCopyOfAnEntryIsRefused() throws IOException {
        byte[] all = fixture("state.bin");
        String text = new String(all, java.nio.charset.StandardCharsets.ISO_8859_1);
        String renamed = text.replace("state/data/1", "state/data/0");
        String message = refusal(renamed.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertTrue(message.contains("twice"), message);
    }

    @Test
    void aChangedPickleFailsItsCheckSum() throws IOException {
        byte[] all = fixture("state.bin");
        all[80] ^= 1;
        assertTrue(refusal(all).contains("check sum"));
    }

    @Test
    void numpyArraysAreReadAndObjectsAreNot() throws IOException {
        Path arrays = Files.write(folder.resolve("a.npz"), fixture("arrays.npz"));
        try (Checkpoint c = Checkpoints.openFile(arrays)) {
            assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, c.tensors().get("plain").floats());
            assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, c.tensors().get("fortran").floats());
            assertArrayEquals(new float[] {1.5f}, c.tensors().get("half").floats());
            assertArrayEquals(new float[] {2}, c.tensors().get("scalar").floats());
        }
        Path objects = Files.write(folder.resolve("o.npz"), fixture("objects.npz"));
        assertTrue(assertThrows(BadCheckpoint.class, () -> Checkpoints.openFile(objects)).getMessage().contains("objects and records "
                + "are not read"));
        Path compressed = Files.write(folder.resolve("c.npz"), fixture("compressed.npz"));
        assertTrue(assertThrows(BadCheckpoint.class, () -> Checkpoints.openFile(compressed)).getMessage().contains("compressed"));
    }

    @Test
    void aHeaderOfEndlessShapeIsRefused() throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + "1, ".repeat(21_000) + "), }\n";
        ByteBuffer npy = ByteBuffer.allocate(12 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
        npy.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0}).putInt(header.length());
        npy.put(header.getBytes(StandardCharsets.US_ASCII));
        Path path = Files.write(folder.resolve("a.npy"), npy.array());
        assertTrue(assertThrows(BadCheckpoint.class, () -> Checkpoints.openFile(path)).getMessage().contains("not supported"));
    }

    /** A zip of stored entries without descriptors. */
    static byte[] zip(Map<String, byte[]> entries) {
        ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer directory = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        entries.forEach((name, content) -> {
            var crc = new CRC32();
            crc.update(content);
            int at = out.position();
            out.putInt(0x04034b50).putShort((short) 20).putShort((short) 0).putShort((short) 0).putInt(0).putInt((int) crc.getValue())
                    .putInt(content.length).putInt(content.length).putShort((short) name.length()).putShort((short) 0).put(name.getBytes()).put(content);
            directory.putInt(0x02014b50).putInt(20 << 16 | 20).putShort((short) 0).putShort((short) 0).putInt(0).putInt((int) crc.getValue())
                    .putInt(content.length).putInt(content.length).putShort((short) name.length()).putShort((short) 0).putShort((short) 0)
                    .putShort((short) 0).putShort((short) 0).putInt(0).putInt(at).put(name.getBytes());
        });
        int start = out.position();
        out.put(directory.flip());
        out.putInt(0x06054b50).putInt(0).putShort((short) entries.size()).putShort((short) entries.size()).putInt(out.position() - 12 - start)
                .putInt(start).putShort((short) 0);
        return Arrays.copyOf(out.array(), out.position());
    }
}
