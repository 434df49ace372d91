package io.vivace.model.musicgen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vivace.Listener;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.audio.Chroma;
import io.vivace.audio.Clip;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.model.musicgen.Trial.Given;
import io.vivace.text.Tokenizer;
import io.vivace.weights.Json;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.ModelHeader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Composing against the plain runs that the reference cases check. */
class TrialTest {
    private static final String PROMPT = "dark techno";

    static List<Arguments> models() {
        return List.of(Arguments.of(TinyModel.mono(), 1), Arguments.of(TinyModel.mono(), 30), Arguments.of(TinyModel.stereo(), 7),
                Arguments.of(TinyModel.melody(), 12));
    }

    @ParameterizedTest
    @MethodSource("models")
    void cachedLogitsAreTheUncachedOnes(TinyModel tiny, int count) {
        try (var backend = new CpuBackend(2, false)) {
            MemoryWeights weights = tiny.weights();
            var trial = new Trial(tiny.config(), weights, backend);
            Given given = new Given(new int[][] {{5, 8, 1, 0}, {3, 1, 0, 0}}, new int[][] {{1, 1, 1, 0}, {1, 1, 0, 0}}, null, null, 2);
            var random = new Random(count);
            var columns = new int[2][4 * tiny.channels()][];
            for (int[][] row : columns) Arrays.setAll(row, k -> random.ints(count, 0, 65).toArray());
            assertArrayEquals(trial.logits(given, columns, false).floats(), trial.logits(given, columns, true).floats());
        }
    }

    /** A prompt is taken in pieces; the first logits after it must be those of all its columns in one pass. */
    @ParameterizedTest
    @CsvSource({"musicgen, 63", "musicgen, 64", "musicgen, 150", "musicgen-melody, 70", "musicgen-melody, 130"})
    void longPromptsAreTakenWhole(String family, int known) {
        var tiny = new TinyModel(family, 1, 0);
        try (var backend = new CpuBackend(1, false)) {
            var trial = new Trial(tiny.config(), tiny.weights(), backend);
            Given given = new Given(new int[][] {{5, 8, 1}}, new int[][] {{1, 1, 1}}, null, null, 1);
            var random = new Random(known);
            var prompt = new int[1][4][];
            Arrays.setAll(prompt[0], k -> random.ints(known, 0, 64).toArray());
            Trial.Outcome outcome = trial.greedy(given, prompt, 1, 6);
            var columns = new int[1][4][];
            Arrays.setAll(columns[0], k -> Arrays.copyOf(outcome.delayed()[0][k], known + 1));
            float[] logits = trial.logits(given, columns, false).floats();
            int frames = logits.length / 4 / 64;
            for (int k = 0; k < 4; k++) {
                int last = ((k + 1) * frames - 1) * 64;
                float[] first = Arrays.copyOfRange(outcome.scores().getFirst().floats(), k * 64, k * 64 + 64);
                assertArrayEquals(Arrays.copyOfRange(logits, last, last + 64), first);
            }
        }
    }

    /** audiocraft's generate() for long clips, written out: each window's last frames are the next one's prompt. */
    @ParameterizedTest
    @CsvSource({"0, 50, 96", "1, 50, 96", "2.5, 50, 96", "3, 180, 400"})
    void windowsGoOnFromTheLastFramesOfTheOneBefore(double guidance, int window, int total) {
        int stride = window * 3 / 5;
        TinyModel tiny = TinyModel.mono().window(window);
        try (var backend = new CpuBackend(1, false)) {
            MemoryWeights weights = tiny.weights();
            var trial = new Trial(tiny.config(), weights, backend);
            Given given = given(weights, null);
            int[][] codes = trial.greedy(given, null, guidance, window + 3).codes()[0];
            while (codes[0].length < total) {
                int start = codes[0].length - (window - stride), frames = Math.min(window, total - start);
                int[][] prompt = part(codes, start, codes[0].length);
                int[][] more = trial.greedy(given, new int[][][] {prompt}, guidance, frames - prompt[0].length + 3).codes()[0];
                codes = joined(part(codes, 0, start), more);
            }
            float[] expected = trial.decode(new int[][][] {codes})[0][0];
            Request request = Request.of(PROMPT).withSeconds((double) total * TinyModel.HOP / TinyModel.RATE).withTemperature(0)
                    .withGuidance(guidance);
            assertClose(expected, compose(tiny, weights, backend, request));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"musicgen", "musicgen-melody"})
    void soundsToContinueAndMelodiesAreHeard(String family) {
        var tiny = new TinyModel(family, 1, 0);
        boolean melody = family.endsWith("melody");
        Clip tone = TinyModel.tone(TinyModel.RATE, 0.6), start = TinyModel.tone(TinyModel.RATE, 0.1);
        try (var backend = new CpuBackend(1, false)) {
            MemoryWeights weights = tiny.weights();
            var trial = new Trial(tiny.config(), weights, backend);
            float[][][] chroma = melody ? new float[][][] {new Chroma(TinyModel.RATE, 1024, 256, 12, 2).oneHot(tone.samples()[0])} : null;
            Given given = given(weights, chroma);
            int[][][] known = trial.encode(new float[][][] {start.samples()});
            assertEquals(14, known[0][0].length);
            float[] expected = trial.decode(trial.greedy(given, known, 3, 40 - 14 + 3).codes())[0][0];
            Request request = Request.of(PROMPT).withSeconds(0.3).withTemperature(0).withContinuation(start);
            assertClose(expected, compose(tiny, weights, backend, melody ? request.withMelody(tone) : request));
        }
    }

    private static Given given(MemoryWeights weights, float[][][] chroma) {
        int[] ids = Tokenizer.of(weights.get("tokenizer").bytes()).encode(PROMPT);
        int[] mask = new int[ids.length];
        Arrays.fill(mask, 1);
        return new Given(new int[][] {ids}, new int[][] {mask}, null, chroma, 1);
    }

    private static float[] compose(TinyModel tiny, MemoryWeights weights, CpuBackend backend, Request request) {
        var header = new ModelHeader(tiny.family(), tiny.config(), null, Json.of("p", Map.of()), List.of());
        try (var model = MusicGen.open(header, weights, backend, Speculation.OFF)) {
            return model.compose(List.of(request), Listener.NONE).clips().getFirst().samples()[0];
        }
    }

    private static int[][] part(int[][] codes, int from, int to) {
        return Arrays.stream(codes).map(row -> Arrays.copyOfRange(row, from, to)).toArray(int[][]::new);
    }

    private static int[][] joined(int[][] head, int[][] tail) {
        var joined = new int[head.length][];
        for (int k = 0; k < head.length; k++) {
            joined[k] = Arrays.copyOf(head[k], head[k].length + tail[k].length);
            System.arraycopy(tail[k], 0, joined[k], head[k].length, tail[k].length);
        }
        return joined;
    }

    private static void assertClose(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) assertEquals(expected[i], actual[i], 1e-5);
    }
}
