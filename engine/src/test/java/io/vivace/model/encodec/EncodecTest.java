package io.vivace.model.encodec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.encodec.Encodec.Encoded;
import io.vivace.nn.signal.Span;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class EncodecTest {
    private static final Backend BACKEND = new CpuBackend(2, false);

    @AfterAll
    static void close() {
        BACKEND.close();
    }

    @Test
    void aRowDoesNotDependOnItsBatch() {
        EncodecConfig config = Codecs.config("normalize", true, "channels", 2);
        try (Encodec codec = new Encodec(config, BACKEND, Codecs.weights(config))) {
            float[][][] audio = audio(2, 2, 250);
            Encoded both = codec.encode(audio, null, 0.64);
            assertEquals(4, both.codes()[0][0].length);
            for (int row = 0; row < 2; row++) {
                Encoded alone = codec.encode(new float[][][] {audio[row]}, null, 0.64);
                assertArrayEquals(both.codes()[0][row], alone.codes()[0][0]);
                assertEquals(both.scales()[0][row], alone.scales()[0][0]);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> codesDoNotDependOnTheBlocks() {
        return Codecs.windowed().entrySet().stream().map(kind -> DynamicTest.dynamicTest(kind.getKey(), () -> {
            EncodecConfig config = kind.getValue();
            Weights weights = Codecs.weights(config);
            try (Encodec codec = new Encodec(config, BACKEND, weights); Backend.Session session = BACKEND.open(weights)) {
                for (int samples : new int[] {1, 2, 7, 13, 30, 31, 32, 33, 34, 35, 60, 401}) {
                    Tensor audio = Planes.audio(audio(1, config.channels(), samples), config.channels());
                    Program whole = session.compile(Codecs.wholeEncoder(config, 1, config.quantizers(), samples));
                    whole.set("audio", audio).run();
                    int[] codes = whole.get("codes").ints();
                    for (int block : new int[] {1, 2, 3, 5, 16, 1000}) {
                        int[] inBlocks = codec.encode(audio, config.quantizers(), block).ints();
                        assertArrayEquals(codes, inBlocks, samples + " samples in blocks of " + block);
                    }
                }
            }
        }));
    }

    @Test
    void whatTheMaskHidesIsSilence() {
        EncodecConfig config = Codecs.config();
        try (Encodec codec = new Encodec(config, BACKEND, Codecs.weights(config))) {
            float[][][] audio = audio(1, 1, 100), cut = {{audio[0][0].clone()}};
            Arrays.fill(cut[0][0], 60, 100, 0);
            int[] mask = new int[100];
            Arrays.fill(mask, 0, 60, 1);
            assertArrayEquals(codec.encode(cut, null, null).codes(), codec.encode(audio, new int[][] {mask}, null).codes());
        }
    }

    @Test
    void chunksOverlapAndTheLastIsFilled() {
        EncodecConfig config = Codecs.config("chunk_seconds", 0.2, "overlap", 0.25);
        try (Encodec codec = new Encodec(config, BACKEND, Codecs.weights(config))) {
            Encoded encoded = codec.encode(audio(1, 1, 96 + 72 + 10), null, null);
            assertEquals(3, encoded.codes().length); // they begin at 0, 72, 144
            assertEquals(Encodec.encoderPasses(config, 96 + 72 + 10), codec.passes());
            assertEquals(8, encoded.codes()[2][0][0].length);
            assertEquals(8 - 3, encoded.lastFramePad()); // 34 samples are 3 frames
            assertNull(encoded.scales());
            assertEquals(144 + 36, codec.decodeChunks(encoded.codes(), null, encoded.lastFramePad())[0][0].length);
        }
    }

    @Test
    void crossFadedChunksOfOneSignalAreThatSignal() {
        float[][][] chunk = {{new float[10]}};
        Arrays.fill(chunk[0][0], 3);
        float[][][] faded = Chunks.crossFade(List.of(chunk, chunk, chunk), 7);
        assertEquals(24, faded[0][0].length);
        for (float sample : faded[0][0]) assertEquals(3, sample, 1e-6);
    }

    @Test
    void loudnessIsThatOfTheMeanOfTheChannels() {
        Tensor audio = Tensor.of(Shape.of(2, 2, 2), 3f, 1f, -2f, -2f, 0f, 0f, 0f, 0f);
        assertArrayEquals(new float[] {2 + 1e-8f, 1e-8f}, Chunks.loudness(audio));
    }

    @Test
    void memoryDoesNotGrowWithTheClip() {
        EncodecConfig config = Codecs.published(new int[] {8, 5, 4, 4}, 32000, 2048, 2.2);
        long halfMinute = Encodec.decoderBytes(config, 1, 1500);
        assertEquals(halfMinute, Encodec.decoderBytes(config, 1, 100_000));
        assertTrue(halfMinute < 20_000_000, halfMinute + " bytes");
        assertTrue(Encodec.decoderBytes(config, 1, 5) < halfMinute);
        assertEquals(Encodec.encoderBytes(config, 1, 960_000), Encodec.encoderBytes(config, 1, 50_000_000));
        assertTrue(Encodec.encoderBytes(config, 1, 960_000) < 20_000_000, Encodec.encoderBytes(config, 1, 960_000) + " bytes");
    }

    /** How much more than its own samples a block computes: see {@link StreamingDecoder}. */
    @Test
    void theContextOfABlockIsSmall() {
        Decoding decoding = new Decoding(Codecs.published(new int[] {8, 5, 4, 4}, 32000, 2048, 2.2));
        Span block = new Span(100, 125);
        assertEquals(new Span(99, 126), decoding.context(block.times(640), Span.EVERYWHERE));
        assertEquals(new Span(97, 128), decoding.codes(block, Span.EVERYWHERE));
    }

    @Test
    void audioThatDoesNotFitIsRefused() {
        EncodecConfig config = Codecs.config();
        try (Encodec codec = new Encodec(config, BACKEND, Codecs.weights(config))) {
            assertThrows(BadRequest.class, () -> codec.encode(audio(1, 2, 50), null, null));
            assertThrows(BadRequest.class, () -> codec.encode(audio(1, 1, 0), null, null));
            assertThrows(BadRequest.class, () -> codec.encode(new float[0][][], null, null));
            assertThrows(BadRequest.class, () -> codec.encode(audio(1, 1, 50), new int[][] {new int[49]}, null));
            assertThrows(BadRequest.class, () -> codec.encode(audio(1, 1, 50), null, 3.0));
            assertThrows(BadRequest.class, () -> codec.decode(new int[0][][]));
            assertThrows(BadRequest.class, () -> codec.decodeChunks(new int[2][1][2][3], null, 0));
            assertThrows(BadRequest.class, () -> codec.decodeChunks(new int[1][1][2][3], null, 4));
        }
    }

    private static float[][][] audio(int batch, int channels, int samples) {
        Random random = new Random(3);
        float[][][] audio = new float[batch][channels][samples];
        for (float[][] row : audio) {
            for (float[] channel : row) {
                for (int t = 0; t < samples; t++) channel[t] = (float) random.nextGaussian();
            }
        }
        return audio;
    }
}
