package io.vivace.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadRequest;
import io.vivace.TooLittleMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WavReaderTest {
    @TempDir Path folder;
    private Path path;

    @BeforeEach void name() {
        path = folder.resolve("in.wav");
    }

    /** A file in the making, little-endian. */
    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes tag(String tag) {
            out.writeBytes(tag.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        Bytes u16(int... values) {
            for (int v : values) out.writeBytes(new byte[] {(byte) v, (byte) (v >> 8)});
            return this;
        }

        Bytes u32(long v) {
            return u16((int) v, (int) (v >> 16));
        }

        Bytes hex(String hex) {
            out.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
            return this;
        }

        Bytes riff(long size) {
            return tag("RIFF").u32(size).tag("WAVE");
        }

        Bytes format(int tag, int channels, int hertz, int bits) {
            int block = channels * ((bits + 7) / 8);
            return tag("fmt ").u32(16).u16(tag, channels).u32(hertz).u32((long) hertz * block).u16(block, bits);
        }

        Bytes data(long size, String hex) {
            return tag("data").u32(size).hex(hex);
        }
    }

    private static Bytes pcm16() {
        return new Bytes().riff(40).format(1, 1, 32000, 16);
    }

    private Clip read(Bytes bytes) throws IOException {
        Files.write(path, bytes.out.toByteArray());
        return WavReader.read(path);
    }

    private void refused(Bytes bytes, String sentence) {
        String message = assertThrows(BadRequest.class, () -> read(bytes)).getMessage();
        assertEquals(path + sentence, message);
    }

    private static void samples(Clip clip, float... expected) {
        assertArrayEquals(expected, clip.samples()[0]);
    }

    @Test void readsIntegersOfEveryWidth() throws IOException {
        samples(read(new Bytes().riff(0).format(1, 1, 8000, 8).data(4, "00 80 ff 40")), -1, 0, 127 / 128f, -0.5f);
        samples(read(pcm16().data(6, "0080 ff7f 0040")), -1, 32767 / 32768f, 0.5f);
        samples(read(new Bytes().riff(0).format(1, 1, 8000, 24).data(9, "000080 ffff7f 0000c0")), -1, 8388607 / 8388608f, -0.5f);
        samples(read(new Bytes().riff(0).format(1, 1, 8000, 32).data(8, "00000080 00000040")), -1, 0.5f);
        samples(read(new Bytes().riff(0).format(1, 1, 8000, 20).data(3, "000040")), 0.5f);
    }

    @Test void readsFloatingPoint() throws IOException {
        samples(read(new Bytes().riff(0).format(3, 1, 8000, 32).data(8, "0000c0bf 0000803e")), -1.5f, 0.25f);
        samples(read(new Bytes().riff(0).format(3, 1, 8000, 64).data(8, "000000000000e03f")), 0.5f);
    }

    @Test void readsChannelsInterleaved() throws IOException {
        Clip clip = read(new Bytes().riff(0).format(1, 2, 44100, 16).data(8, "0040 0020 00c0 00e0"));
        assertEquals(new Clip(new float[][] {{0.5f, -0.5f}, {0.25f, -0.25f}}, 44100), clip);
    }

    @Test void readsExtensibleFormat() throws IOException {
        var bytes = new Bytes().riff(0).tag("fmt ").u32(40).u16(0xFFFE, 1).u32(48000).u32(96000).u16(2, 16, 22, 16).u32(4);
        samples(read(bytes.hex("0100 0000 0000 1000 8000 00aa00389b71").data(2, "0040")), 0.5f);
    }

    @Test void stepsOverOtherChunksAndTheirPadding() throws IOException {
        var bytes = new Bytes().riff(0).tag("junk").u32(3).hex("01020300").format(1, 1, 32000, 16).tag("LIST").u32(1).hex("4100");
        samples(read(bytes.data(2, "0040").tag("id3 ").u32(1000)), 0.5f);
    }

    @Test void readsRf64() throws IOException {
        var bytes = new Bytes().tag("RF64").u32(0xFFFFFFFFL).tag("WAVE").tag("ds64").u32(28);
        bytes.u32(76).u32(0).u32(4).u32(0).u32(2).u32(0).u32(0);
        samples(read(bytes.format(1, 1, 32000, 16).data(0xFFFFFFFFL, "0040 00c0 7777")), 0.5f, -0.5f);
    }

    /** Sizes that writers leave behind when they cannot rewind: ffmpeg, sox, and recorders that crashed. */
    @ParameterizedTest
    @CsvSource({"0xFFFFFFFF,0xFFFFFFFF", "0x7FFFF024,0x7FFFF000", "0,0", "36,0", "0xFFFFFFFF,0"})
    void unknownSizeMeansToTheEnd(String riff, String data) throws IOException {
        samples(read(new Bytes().riff(Long.decode(riff)).format(1, 1, 32000, 16).data(Long.decode(data), "0040 00c0 55")), 0.5f, -0.5f);
    }

    @Test void emptySoundIsEmpty() throws IOException {
        assertEquals(0, read(pcm16().data(0, "")).frames());
        assertEquals(0, read(new Bytes().riff(60).format(1, 1, 32000, 16).data(0, "").tag("LIST").u32(4).hex("00000000")).frames());
    }

    @ParameterizedTest
    @EnumSource(SampleFormat.class)
    void readsBackWhatWasWritten(SampleFormat format) throws IOException {
        Clip clip = WavWriteTest.noise(2, 30_001, 11);
        WavFile.write(clip, path, false, format);
        Clip read = WavReader.read(path);
        WavFile.write(read, folder.resolve("again.wav"), false, format);
        assertEquals(-1, Files.mismatch(path, folder.resolve("again.wav")));
        if (format == SampleFormat.FLOAT32) assertEquals(clip, read);
    }

    @Test void refusesLies() {
        refused(pcm16().data(7, "0040"),
                ": at byte 36, the samples should take 7 bytes, but only 2 follow; the file was cut short, fetch or export it again.");
        refused(new Bytes().riff(0).tag("LIST").u32(0x7FFFFFFF),
                ": at byte 12, a chunk claims 2147483647 bytes, but only 0 follow; fetch or export it again.");
        refused(new Bytes().riff(0).data(2, "0040"), ": at byte 12, the samples come before their format; export it again.");
        refused(pcm16(), ": at byte 36, the file ends before its samples; fetch or export it again.");
        refused(new Bytes().riff(0).tag("fmt ").u32(4).u32(1),
                ": at byte 20, the format has only 4 bytes, at least 16 are needed; export it again.");
        refused(new Bytes().riff(0).tag("fmt ").u32(16).u16(1, 1).u32(8000).u32(8000).u16(7, 16).data(0, ""),
                ": at byte 32, it has samples of 16 bits in blocks of 7 bytes; export it with 16, 24 or 32 bits.");
        refused(new Bytes().riff(0).format(1, 1, 8000, 64), ": at byte 32, it has samples of 64 bits in blocks of 8 bytes; "
                + "export it with 16, 24 or 32 bits.");
    }

    @Test void refusesAbsurdFormats() {
        refused(new Bytes().riff(0).format(1, 0, 8000, 16), ": at byte 22, it has 0 channels; give 1 to 64.");
        refused(new Bytes().riff(0).format(1, 65535, 8000, 8), ": at byte 22, it has 65535 channels; give 1 to 64.");
        refused(new Bytes().riff(0).format(1, 1, 0, 16), ": at byte 24, its rate is 0 Hz; give 1000 to 768000 Hz.");
        refused(new Bytes().riff(0).format(1, 1, -1, 16), ": at byte 24, its rate is 4294967295 Hz; give 1000 to 768000 Hz.");
        refused(new Bytes().riff(0).format(0x55, 1, 8000, 16), ": at byte 20, its samples are coded as MP3; convert it to plain PCM.");
        refused(new Bytes().riff(0).format(7, 1, 8000, 8), ": at byte 20, its samples are coded as mu-law; convert it to plain PCM.");
    }

    @Test void refusesHostileRf64() {
        var negative = new Bytes().tag("RF64").u32(-1).tag("WAVE").tag("ds64").u32(28).hex("ff".repeat(28));
        refused(negative.format(1, 1, 8000, 16), ": at byte 28, the size of the samples is beyond 2^63; export it again.");
        var huge = new Bytes().tag("RF64").u32(-1).tag("WAVE").tag("ds64").u32(28).hex("ff".repeat(15) + "7f" + "00".repeat(12));
        refused(huge.format(1, 1, 8000, 16).data(-1, "0040"), ": at byte 72, the samples should take 9223372036854775807 bytes, "
                + "but only 2 follow; the file was cut short, fetch or export it again.");
        refused(new Bytes().tag("RF64").u32(-1).tag("WAVE").tag("ds64").u32(8).hex("00".repeat(8)),
                ": at byte 20, the table of 64-bit sizes has only 8 bytes; export it again.");
    }

    @Test void refusesSamplesThatAreNotFinite() {
        refused(new Bytes().riff(0).format(3, 1, 8000, 32).data(8, "00000000 0000c07f"),
                ": frame 1 at byte 48 holds NaN, which is not a sound; export the file again.");
    }

    @Test void refusesEndlessChunks() {
        var bytes = new Bytes().riff(0);
        for (int i = 0; i < 10_001; i++) bytes.tag("junk").u32(0);
        refused(bytes, ": at byte 80012, there are 10000 chunks and still no samples; export it again.");
    }

    @ParameterizedTest
    @CsvSource({"49443304,an MP3 file", "fffb9064,an MP3 file", "664c6143,a FLAC file", "4f676753,an Ogg file",
        "00000018667479704d344120,an MP4 or M4A file", "464f524d0000000041494646,an AIFF file",
        "52494658000000005741,a big-endian RIFX file",
        "524946460000000041564920,a RIFF file of another kind", "1a45dfa3,a Matroska or WebM file", "77767062,", "52494646,"})
    void namesForeignFormats(String hex, String kind) {
        refused(new Bytes().hex(hex), kind == null ? " is not a WAV file (byte 0 should begin RIFF….WAVE); convert it to WAV first."
                : " is " + kind + ", not a WAV file; convert it first, for example: ffmpeg -i FILE out.wav");
    }

    @Test void namesLfsPointerEmptyFileFolderAndAbsence() {
        refused(new Bytes().tag("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"),
                " is a Git LFS pointer, not the sound itself; run 'git lfs pull' in its folder.");
        refused(new Bytes(), " is empty; fetch or export it again.");
        assertEquals(folder + " is a folder, a pipe or a device; give the name of a WAV file.",
                assertThrows(BadRequest.class, () -> WavReader.read(folder)).getMessage());
        assertEquals(folder.resolve("no") + ": there is no such file; check the name.",
                assertThrows(BadRequest.class, () -> WavReader.read(folder.resolve("no"))).getMessage());
    }

    /** A sparse file of 20 GB whose sizes are true: refused with both figures before anything is allocated. */
    @Test void refusesWhatDoesNotFitIntoTheHeap() throws IOException {
        var header = new WavHeader(SampleFormat.PCM16, 2, 32000).exact(5_000_000_000L);
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(header.array());
            file.setLength(header.array().length + 20_000_000_000L);
        }
        String message = assertThrows(TooLittleMemory.class, () -> WavReader.read(path)).getMessage();
        String sentence = ".*in\\.wav needs 38146 MB as samples, but only \\d+ MB of heap are free; cut the file shorter\\.";
        assertTrue(message.matches(sentence), message);
    }

    /** Every truncation and 5 000 random corruptions of a small file: a clip or a sentence, nothing else. */
    @Test void survivesDamage() throws IOException {
        WavFile.write(WavWriteTest.noise(2, 40, 5), path, false, SampleFormat.FLOAT32);
        byte[] good = Files.readAllBytes(path);
        int refused = 0;
        for (int length = 0; length < good.length; length++) refused += damaged(Arrays.copyOf(good, length));
        assertEquals(good.length, refused);
        var random = new Random(1);
        for (int round = 0; round < 5_000; round++) {
            byte[] bad = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) bad[random.nextInt(100)] = (byte) random.nextInt();
            damaged(bad);
        }
    }

    private int damaged(byte[] bytes) throws IOException {
        Files.write(path, bytes);
        try {
            Clip clip = WavReader.read(path);
            assertTrue((long) clip.frames() * clip.channels() <= bytes.length);
            return 0;
        } catch (BadRequest e) {
            assertTrue(e.getMessage().startsWith(path.toString()) && !e.getMessage().contains("\n"), e.getMessage());
            return 1;
        }
    }

    @Test void clipMixesChannels() {
        var clip = new Clip(new float[][] {{1, 0.5f}, {0, -0.5f}}, 8000);
        samples(clip.toMono(), 0.5f, 0);
        assertEquals(clip, clip.toStereo());
        assertEquals(new Clip(new float[][] {{0.5f, 0}, {0.5f, 0}}, 8000), clip.toMono().toStereo());
        assertEquals(0.00025, clip.seconds());
        assertEquals(4000, clip.resampled(4000, Resampler.Quality.STANDARD).sampleRate());
        assertThrows(IllegalArgumentException.class, () -> new Clip(new float[0][], 8000));
        assertThrows(IllegalArgumentException.class, () -> new Clip(new float[][] {{1}, {}}, 8000));
        assertThrows(IllegalArgumentException.class, () -> Clip.mono(new float[1], 0));
    }
}
