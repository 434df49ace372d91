package io.vivace.model.encodec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The samples of a stream are those of the decoder run over the whole clip at once, bit for bit. */
class StreamingDecoderTest {
    private static final Backend BACKEND = new ReferenceBackend();

    private static final List<Backend> BACKENDS = List.of(BACKEND, new CpuBackend(2, false), new CpuBackend(1, true));

    @TestFactory
    Stream<DynamicTest> everyKindInBlocksOfAnySize() {
        return Codecs.windowed().entrySet().stream().flatMap(kind -> BACKENDS.stream().map(backend ->
                DynamicTest.dynamicTest(kind.getKey() + " on " + backend.description(),
                        () -> inBlocksOfAnySize(kind.getValue(), backend))));
    }

    private static void inBlocksOfAnySize(EncodecConfig config, Backend backend) {
        Weights weights = Codecs.weights(config);
        try (Encodec codec = new Encodec(config, backend, weights)) {
            for (int frames : new int[] {1, 2, 3, 5, 17, 40}) {
                int[][][] codes = Codecs.codes(config, 1, config.quantizers(), frames, frames);
                float[][][] whole = streamed(codec, codes, frames, frames);
                assertEquals(frames * config.hop(), whole[0][0].length);
                // The interpreter rounds to float32 between the halves only when they are two programs.
                if (backend == BACKEND) near(whole(config, backend, weights, codes), whole);
                else same(whole(config, backend, weights, codes), whole, "two programs");
                for (int block : new int[] {1, 2, 3, 7, 16, 100}) {
                    int split = block % 3 == 0 ? 0 : block % 3 == 1 ? 1 : frames;
                    same(whole, streamed(codec, codes, block, split), frames + " frames in blocks of " + block + ", pushed by " + split);
                }
            }
        }
    }

    @Test
    void aRowDoesNotDependOnItsBatch() {
        EncodecConfig config = Codecs.config();
        try (Encodec codec = new Encodec(config, BACKEND, Codecs.weights(config))) {
            int[][][] both = Codecs.codes(config, 2, 3, 30, 9);
            float[][][] together = streamed(codec, both, 4, 0);
            for (int row = 0; row < 2; row++) {
                assertArrayEquals(together[row], streamed(codec, new int[][][] {both[row]}, 9, 5)[0]);
                assertArrayEquals(together[row], codec.decode(new int[][][] {both[row]})[0]);
            }
        }
    }

    @Test
    void streamsSideBySideKeepApart() {
        EncodecConfig config = Codecs.config();
        try (Encodec codec = new Encodec(config, BACKEND, Codecs.weights(config))) {
            int[][][] a = Codecs.codes(config, 1, 4, 20, 1), b = Codecs.codes(config, 1, 4, 20, 2);
            List<float[][][]> pieces = new ArrayList<>();
            try (StreamingDecoder first = codec.stream(1, 4, 3); StreamingDecoder second = codec.stream(1, 4, 3)) {
                for (int t = 0; t < 20; t++) {
                    pieces.add(first.push(Planes.slice(a, t, t + 1)));
                    second.push(Planes.slice(b, t, t + 1));
                }
                pieces.add(first.finish());
            }
            assertArrayEquals(codec.decode(a), joined(pieces));
        }
    }

    @Test
    void groupNormsNeedTheWholeClip() {
        EncodecConfig config = Codecs.groupNorm();
        Weights weights = Codecs.weights(config);
        try (Encodec codec = new Encodec(config, BACKEND, weights); StreamingDecoder stream = codec.stream(1, 2, 3)) {
            int[][][] codes = Codecs.codes(config, 1, 2, 9, 3);
            assertEquals(0, stream.push(codes)[0][0].length);
            near(whole(config, BACKEND, weights, codes), stream.finish());
        }
    }

    @Test
    void samplesComeAsSoonAsTheyAreFinal() {
        EncodecConfig config = Codecs.config();
        try (Encodec codec = new Encodec(config, BACKEND, Codecs.weights(config)); StreamingDecoder stream = codec.stream(1, 4, 1)) {
            int[][][] codes = Codecs.codes(config, 1, 4, 40, 3);
            int heard = 0;
            for (int t = 0; t < 40; t++) {
                heard += stream.push(Planes.slice(codes, t, t + 1))[0][0].length;
                assertTrue(heard >= (t - 8) * config.hop(), "after " + t + " frames only " + heard + " samples");
            }
            assertEquals(40 * config.hop(), heard + stream.finish()[0][0].length);
            assertThrows(IllegalStateException.class, () -> stream.push(codes));
        }
    }

    @Test
    void anEmptyClipHasNoSamples() {
        EncodecConfig config = Codecs.config();
        try (Encodec codec = new Encodec(config, BACKEND, Codecs.weights(config)); StreamingDecoder stream = codec.stream(2, 4)) {
            float[][][] audio = stream.finish();
            assertEquals(2, audio.length);
            assertEquals(0, audio[1][0].length);
        }
    }

    @Test
    void codesOfAnotherModelAreRefused() {
        EncodecConfig config = Codecs.config();
        try (Encodec codec = new Encodec(config, BACKEND, Codecs.weights(config)); StreamingDecoder stream = codec.stream(1, 2)) {
            assertThrows(BadRequest.class, () -> stream.push(new int[][][] {{{1}, {16}}}));
            assertThrows(BadRequest.class, () -> stream.push(new int[][][] {{{1}}}));
            assertThrows(BadRequest.class, () -> stream.push(new int[][][] {{{1, 2}, {1}}}));
            assertThrows(BadRequest.class, () -> stream.push(new int[][][] {{{1}, {1}}, {{1}, {1}}}));
            assertThrows(BadRequest.class, () -> codec.stream(1, config.quantizers() + 1));
        }
    }

    private static float[][][] whole(EncodecConfig config, Backend backend, Weights weights, int[][][] codes) {
        int batch = codes.length, codebooks = codes[0].length, frames = codes[0][0].length;
        try (Backend.Session session = backend.open(weights)) {
            Program program = session.compile(Codecs.whole(config, batch, codebooks, frames));
            program.set("codes", Planes.codes(codes, batch, codebooks, config.codebookSize())).run();
            return Planes.join(List.of(program.get("audio")), batch, config.channels());
        }
    }

    /** @param split frames of a push, or 0 for random numbers of them */
    private static float[][][] streamed(Encodec codec, int[][][] codes, int block, int split) {
        Random random = new Random(block);
        List<float[][][]> pieces = new ArrayList<>();
        try (StreamingDecoder stream = codec.stream(codes.length, codes[0].length, block)) {
            int frames = codes[0][0].length;
            for (int t = 0; t < frames;) {
                int more = Math.min(frames - t, split == 0 ? random.nextInt(6) : split);
                pieces.add(stream.push(Planes.slice(codes, t, t + more)));
                t += more;
            }
            pieces.add(stream.finish());
        }
        return joined(pieces);
    }

    private static float[][][] joined(List<float[][][]> pieces) {
        float[][][] joined = new float[pieces.getFirst().length][pieces.getFirst()[0].length][0];
        for (float[][][] piece : pieces) {
            for (int row = 0; row < joined.length; row++) {
                for (int c = 0; c < joined[row].length; c++) joined[row][c] = append(joined[row][c], piece[row][c]);
            }
        }
        return joined;
    }

    private static float[] append(float[] a, float[] b) {
        float[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    private static void near(float[][][] whole, float[][][] halves) {
        double difference = 0, size = 0;
        for (int c = 0; c < whole[0].length; c++) {
            assertEquals(whole[0][c].length, halves[0][c].length);
            for (int t = 0; t < whole[0][c].length; t++) {
                difference += Math.pow(whole[0][c][t] - halves[0][c][t], 2);
                size += Math.pow(whole[0][c][t], 2);
            }
        }
        assertTrue(Math.sqrt(difference / size) < 1e-6, "relative difference " + Math.sqrt(difference / size));
    }

    private static void same(float[][][] whole, float[][][] streamed, String what) {
        for (int c = 0; c < whole[0].length; c++) assertArrayEquals(whole[0][c], streamed[0][c], what);
    }
}
