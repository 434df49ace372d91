package io.vivace.model.dac;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.RandomWeights;
import io.vivace.nn.signal.Span;
import io.vivace.weights.Json;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Pieces of a clip are those of the whole, bit for bit, and bad input gets one sentence. */
class DacTest {
    private static final Backend CPU = new CpuBackend(2, false);
    private static final List<Backend> BACKENDS = List.of(CPU, new CpuBackend(1, true), new ReferenceBackend());

    private static DacConfig config(Object... changes) {
        Map<String, Object> members = new LinkedHashMap<>(Map.of("sample_rate", 44100, "encoder_width", 2, "encoder_rates", new int[] {2, 4},
                "decoder_width", 16, "decoder_rates", new int[] {4, 2}, "latent", 6, "codebooks", 4, "codebook_size", 16, "codebook_dim", 3));
        for (int i = 0; i < changes.length; i += 2) members.put((String) changes[i], changes[i + 1]);
        return DacConfig.of(Json.of("config", members));
    }

    private static Map<String, DacConfig> kinds() {
        Map<String, DacConfig> kinds = new LinkedHashMap<>();
        kinds.put("even rates", config());
        kinds.put("odd rates", config("encoder_rates", new int[] {3, 5}, "decoder_rates", new int[] {5, 3}));
        kinds.put("an odd rate between even ones", config("encoder_rates", new int[] {2, 5, 2}, "decoder_rates", new int[] {2, 5, 2}));
        kinds.put("one stage", config("encoder_rates", new int[] {7}, "decoder_rates", new int[] {7}, "codebooks", 1));
        return kinds;
    }

    private static Weights weights(DacConfig config) {
        Graphs graphs = new Graphs(config);
        return new RandomWeights(7, "codebook").add(graphs.decoder(graphs.decoding(1, config.codebooks(), Span.first(16), Span.first(16))))
                .add(graphs.encoder(graphs.encoding(1, config.codebooks(), Span.first(16), Span.first(16L * config.hop())))).weights();
    }

    private static int[][][] codes(DacConfig config, int rows, int codebooks, int frames) {
        Random random = new Random(frames);
        var codes = new int[rows][codebooks][frames];
        for (int[][] row : codes) for (int[] book : row) Arrays.setAll(book, t -> random.nextInt(config.codebookSize()));
        return codes;
    }

    @TestFactory
    Stream<DynamicTest> everyKindInPiecesOfAnySize() {
        return kinds().entrySet().stream().flatMap(kind -> BACKENDS.stream().map(backend ->
                DynamicTest.dynamicTest(kind.getKey() + " on " + backend.description(), () -> inPiecesOfAnySize(kind.getValue(), backend))));
    }

    private static void inPiecesOfAnySize(DacConfig config, Backend backend) {
        Weights weights = weights(config);
        for (int frames : new int[] {1, 2, 5, 37}) {
            int[][][] codes = codes(config, 2, config.codebooks(), frames);
            float[][] whole;
            try (Dac codec = new Dac(config, backend, weights, 1000)) {
                whole = codec.decode(codes);
                assertEquals(config.samples(frames), whole[0].length);
                assertEquals(1, codec.passes());
                assertArrayEquals(whole[1], codec.decode(new int[][][] {codes[1]})[0]);
            }
            for (int block : new int[] {1, 2, 3, 16}) {
                try (Dac codec = new Dac(config, backend, weights, block)) {
                    for (int split : new int[] {1, 5, frames}) assertArrayEquals(whole, streamed(codec, codes, split), frames + " frames by " + block);
                }
            }
        }
    }

    private static float[][] streamed(Dac codec, int[][][] codes, int split) {
        Dac.Stream stream = codec.stream(codes.length, codes[0].length);
        float[][] all = new float[codes.length][0];
        for (int t = 0; t < codes[0][0].length; t += split) {
            int from = t;
            append(all, stream.push(Arrays.stream(codes).map(row -> Arrays.stream(row)
                    .map(book -> Arrays.copyOfRange(book, from, Math.min(from + split, book.length))).toArray(int[][]::new)).toArray(int[][][]::new)));
        }
        append(all, stream.finish());
        assertThrows(IllegalStateException.class, stream::finish);
        return all;
    }

    private static void append(float[][] all, float[][] more) {
        for (int row = 0; row < all.length; row++) {
            int old = all[row].length;
            all[row] = Arrays.copyOf(all[row], old + more[row].length);
            System.arraycopy(more[row], 0, all[row], old, more[row].length);
        }
    }

    @Test
    void encodingInPiecesIsEncodingTheWhole() {
        for (DacConfig config : kinds().values()) {
            Random random = new Random(3);
            var audio = new float[2][31 * config.hop() - 3];
            for (float[] row : audio) for (int t = 0; t < row.length; t++) row[t] = (float) random.nextGaussian();
            Weights weights = weights(config);
            try (Dac whole = new Dac(config, CPU, weights, 100); Dac pieces = new Dac(config, CPU, weights, 4)) {
                Dac.Encoded want = whole.encode(audio, config.codebooks()), got = pieces.encode(audio, config.codebooks());
                assertArrayEquals(want.codes(), got.codes());
                assertArrayEquals(want.latents().floats(), got.latents().floats());
                assertEquals(31, got.codes()[1][0].length);
                assertArrayEquals(want.codes(), pieces.nearest(want.latents()));
            }
        }
    }

    @Test
    void samplesComeAsSoonAsAPieceIsThere() {
        DacConfig config = config();
        try (Dac codec = new Dac(config, CPU, weights(config), 4)) {
            Dac.Stream stream = codec.stream(1, 2);
            assertEquals(0, stream.push(codes(config, 1, 2, (int) stream.needs() - 1))[0].length);
            assertEquals(4 * codec.hop(), stream.push(codes(config, 1, 2, 1))[0].length);
        }
    }

    @Test
    void memoryDoesNotGrowWithTheClip() {
        DacConfig config = config("encoder_rates", new int[] {2, 4, 8, 8}, "decoder_rates", new int[] {8, 8, 4, 2});
        assertEquals(Dac.bytes(config, 1, 4, 2_000), Dac.bytes(config, 1, 4, 52_000));
        assertEquals(1625, Dac.passes(config, 52_000));
        assertTrue(Dac.bytes(config, 1, 4, 3) < Dac.bytes(config, 1, 4, 2_000));
    }

    @Test
    void badInputIsRefused() {
        DacConfig config = config();
        try (Dac codec = new Dac(config, CPU, weights(config), 4)) {
            assertThrows(BadRequest.class, () -> codec.stream(1, 5));
            assertThrows(BadRequest.class, () -> codec.stream(0, 1));
            assertThrows(BadRequest.class, () -> codec.decode(new int[][][] {{{16}}}));
            assertThrows(BadRequest.class, () -> codec.decode(new int[][][] {{{1, 2}, {1}}}));
            assertThrows(BadRequest.class, () -> codec.decode(new int[0][][]));
            assertThrows(BadRequest.class, () -> codec.encode(new float[][] {{}}, 1));
            assertThrows(BadRequest.class, () -> codec.encode(new float[][] {{1}, {}}, 1));
            assertThrows(BadRequest.class, () -> codec.nearest(Tensor.zeros(io.vivace.graph.DType.FLOAT32, Shape.of(1, 2, 4))));
            assertEquals(0, codec.decode(new int[][][] {{{}, {}}})[0].length);
        }
        assertThrows(BadCheckpoint.class, () -> config("decoder_rates", new int[] {4, 4}));
        assertThrows(BadCheckpoint.class, () -> config("decoder_width", 6));
        assertThrows(BadCheckpoint.class, () -> config("encoder_width", 1 << 19));
    }
}
