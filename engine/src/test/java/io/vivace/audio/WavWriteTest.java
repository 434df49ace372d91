package io.vivace.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.OutputFailed;
import io.vivace.file.AtomicFile;
import io.vivace.file.FullDisk;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WavWriteTest {
    @TempDir Path folder;

    static Clip noise(int channels, int frames, long seed) {
        var random = new Random(seed);
        var samples = new float[channels][frames];
        for (float[] channel : samples) for (int i = 0; i < frames; i++) channel[i] = random.nextFloat() * 2.4f - 1.2f;
        for (float[] channel : samples) if (frames > 3) System.arraycopy(new float[] {1, -1, 0, -0f}, 0, channel, 0, 4);
        return new Clip(samples, 32000);
    }

    /** The platform's own decoder reads every format, odd lengths and both channel counts. */
    @ParameterizedTest
    @EnumSource(SampleFormat.class)
    void anIndependentDecoderReadsTheSamples(SampleFormat format) throws Exception {
        for (int channels = 1; channels <= 2; channels++) {
            for (int frames : new int[] {0, 1, 3, 100_001}) {
                Clip clip = noise(channels, frames, frames + channels);
                Path path = folder.resolve(format + "-" + channels + "-" + frames + ".wav");
                WavFile.write(clip, path, false, format);
                checkDecoded(clip, format, path);
                long riff = Integer.toUnsignedLong(ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN).getInt(4));
                assertEquals(Files.size(path), 8 + riff);
                assertEquals(0, riff % 2);
            }
        }
    }

    private static void checkDecoded(Clip clip, SampleFormat format, Path path) throws Exception {
        try (AudioInputStream in = AudioSystem.getAudioInputStream(path.toFile())) {
            AudioFormat found = in.getFormat();
            assertEquals(clip.channels(), found.getChannels());
            assertEquals(clip.sampleRate(), found.getSampleRate());
            assertEquals(8 * format.bytes(), found.getSampleSizeInBits());
            assertEquals(clip.frames(), in.getFrameLength());
            ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            assertEquals((long) clip.frames() * clip.channels() * format.bytes(), bytes.remaining());
            for (int i = 0; i < clip.frames(); i++) {
                for (float[] channel : clip.samples()) {
                    switch (format) {
                        case PCM16 -> assertEquals((int) Math.clamp(Math.rint(channel[i] * 32768.0), -32768, 32767), bytes.getShort());
                        case PCM24 -> assertEquals((int) Math.clamp(Math.rint(channel[i] * 8388608.0), -8388608, 8388607),
                                (bytes.get() & 0xFF) | (bytes.get() & 0xFF) << 8 | bytes.get() << 16);
                        case FLOAT32 -> assertEquals(channel[i], bytes.getFloat());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SampleFormat.class)
    void streamHasUnknownSizesAndTheSameSamples(SampleFormat format) throws IOException {
        Clip clip = noise(2, 70_001, 9);
        var bytes = new ByteArrayOutputStream();
        try (var stream = new WavStream("test", bytes, format, 2, 32000)) {
            for (int at = 0; at < clip.frames(); at += 9999) stream.write(clip.slice(at, Math.min(clip.frames(), at + 9999)));
            assertEquals(clip.frames(), stream.frames());
            stream.finish();
        }
        Path path = folder.resolve("stream.wav");
        Files.write(path, bytes.toByteArray());
        ByteBuffer head = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(-1, head.getInt(4));
        assertEquals(-1, head.getInt(format == SampleFormat.FLOAT32 ? 54 : 40));
        WavFile.write(clip, folder.resolve("file.wav"), false, format);
        assertEquals(WavReader.read(folder.resolve("file.wav")), WavReader.read(path));
        assertEquals((format == SampleFormat.FLOAT32 ? 58 : 44) + 2L * format.bytes() * clip.frames(), Files.size(path));
    }

    @Test void chunksGiveTheSameFile() throws IOException {
        Clip clip = noise(2, 12_345, 4);
        WavFile.write(clip, folder.resolve("whole.wav"), false, SampleFormat.PCM24);
        try (var file = new WavFile(folder.resolve("chunks.wav"), false, SampleFormat.PCM24, 2, 32000)) {
            for (int at = 0; at < clip.frames(); at += 1000) file.write(clip.slice(at, Math.min(clip.frames(), at + 1000)));
            file.finish();
        }
        assertEquals(-1, Files.mismatch(folder.resolve("whole.wav"), folder.resolve("chunks.wav")));
    }

    /** A disk that fills while samples are written, or while they are forced to it. */
    @Test void fullDiskLeavesNothing() throws IOException {
        for (long capacity : new long[] {0, 79, 80, 1000, 2080}) {
            Path temporary = Files.writeString(folder.resolve("temporary"), "");
            Path target = folder.resolve("a.wav");
            var failure = assertThrows(OutputFailed.class, () -> {
                var disk = new AtomicFile(target, temporary, new FullDisk(capacity), false);
                try (var file = new WavFile(disk, target, new WavHeader(SampleFormat.PCM16, 1, 32000))) {
                    file.write(Clip.mono(new float[1000], 32000));
                    file.finish();
                }
            });
            String reason = capacity == 2080 ? "Input/output error" : "No space left on device";
            assertEquals(target + ": writing failed (" + reason + ") and nothing was kept; free some space or choose another folder.",
                    failure.getMessage());
            try (var left = Files.list(folder)) {
                assertEquals(0, left.count());
            }
        }
    }

    /** 4.4 GB go through the writer into a channel that only counts. */
    @Test void becomesRf64BeyondFourGigabytes() {
        var disk = new FullDisk(Long.MAX_VALUE);
        Path target = folder.resolve("large.wav");
        var header = new WavHeader(SampleFormat.FLOAT32, 64, 32000);
        Clip chunk = new Clip(new float[64][1 << 20], 32000);
        var file = new WavFile(new AtomicFile(target, folder.resolve("none"), disk, true), target, header);
        for (int i = 0; i < 17; i++) file.write(chunk);
        assertThrows(OutputFailed.class, file::finish, "there is no temporary file to be renamed");
        ByteBuffer head = ByteBuffer.wrap(disk.head()).order(ByteOrder.LITTLE_ENDIAN);
        long data = 17L * (1 << 20) * 64 * 4;
        assertEquals(WavLayout.tag("RF64"), head.getInt(0));
        assertEquals(-1, head.getInt(4));
        assertEquals(WavLayout.tag("ds64"), head.getInt(12));
        assertEquals(disk.size() - 8, head.getLong(20));
        assertEquals(data, head.getLong(28));
        assertEquals(17L << 20, head.getLong(36));
        assertEquals(disk.head().length + data, disk.size());
        assertEquals(-1, head.getInt(disk.head().length - 4));
    }

    @Test void turnsToRf64ExactlyWhereSizesEnd() {
        var header = new WavHeader(SampleFormat.PCM16, 1, 32000);
        long last = (0xFFFFFFFEL - header.exact(0).remaining() + 8) / 2;
        assertEquals(WavLayout.tag("RIFF"), header.exact(last).getInt(0));
        assertEquals(2 * last, Integer.toUnsignedLong(header.exact(last).getInt(76)));
        assertEquals(WavLayout.tag("RF64"), header.exact(last + 1).getInt(0));
        assertEquals(header.exact(0).remaining(), header.exact(last + 1).remaining());
    }

    @Test void refusesSamplesThatAreNotFinite() throws IOException {
        var samples = new float[2][40_000];
        samples[1][33_333] = Float.NaN;
        var failure = assertThrows(OutputFailed.class,
                () -> WavFile.write(new Clip(samples, 32000), folder.resolve("nan.wav"), false, SampleFormat.PCM16));
        assertTrue(failure.getMessage().contains("nan.wav: frame 33333 of the sound is NaN"), failure.getMessage());
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @Test void refusesChunksOfAnotherShape() {
        try (var stream = new WavStream("test", new ByteArrayOutputStream(), SampleFormat.PCM16, 2, 32000)) {
            assertThrows(IllegalArgumentException.class, () -> stream.write(noise(1, 5, 1)));
            assertThrows(IllegalArgumentException.class, () -> stream.write(new Clip(new float[2][5], 44100)));
        }
    }

    @Test @EnabledOnOs(OS.LINUX) void fullDeviceBehindStreamIsSaid() throws IOException {
        try (var full = new FileOutputStream("/dev/full")) {
            String message = assertThrows(OutputFailed.class,
                    () -> new WavStream("standard output", full, SampleFormat.PCM16, 1, 32000)).getMessage();
            assertTrue(message.matches("standard output: writing stopped after 0 frames \\(.+\\); check .+\\."), message);
        }
    }

    @Test void silenceIsZeroBytes() throws IOException {
        WavFile.write(new Clip(new float[1][500], 32000), folder.resolve("silence.wav"), false, SampleFormat.PCM16);
        byte[] bytes = Files.readAllBytes(folder.resolve("silence.wav"));
        assertEquals(80 + 1000, bytes.length);
        for (byte b : Arrays.copyOfRange(bytes, 80, bytes.length)) assertEquals(0, b);
    }
}
