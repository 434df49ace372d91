package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Plan;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Stage;
import io.vivace.audio.Clip;
import io.vivace.audio.SampleFormat;
import io.vivace.audio.WavFile;
import io.vivace.audio.WavReader;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.model.melody.MelodyCodec;
import io.vivace.model.melody.MelodyConfig;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.JsonReader;
import io.vivace.weights.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MeLoDy from its reference checkpoint to files: 48 latent frames of 96 samples a window, 12 a chunk. */
class MelodyTest {
    private static final int RATE = 24000, HOP = 96;
    private static final List<Integer> TOKENS = List.of(3, 17, 0, 23);

    @TempDir static Path models;
    @TempDir Path folder;

    @BeforeAll static void convert() {
        Run.of("convert", Repository.GOLDEN.resolve("melody/pipeline/checkpoint").toString(), "-o", model()).succeeds();
    }

    private static String model() {
        return models.resolve("melody.viv").toString();
    }

    private static Run generate(String... args) {
        return Run.of(Stream.concat(Stream.of("generate", "-m", model(), "--steps", "2", "--seed", "7"), Arrays.stream(args)).toArray(String[]::new));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private ObjectNode sidecar(String name) throws IOException {
        return JsonReader.read(name, Files.readAllBytes(folder.resolve(name)));
    }

    private static Request request(double seconds) {
        return Request.of("").withPromptTokens(TOKENS).withSeconds(seconds).withSteps(2).withSeed(5);
    }

    /** Noise that the encoder takes. */
    private static Clip noise(int samples, int rate) {
        var random = new Random(samples);
        var all = new float[samples];
        for (int i = 0; i < samples; i++) all[i] = 0.5f * random.nextFloat() - 0.25f;
        return Clip.mono(all, rate);
    }

    @Test void tokensBecomeAFileOfTheExactLength() throws IOException {
        String err = generate("--prompt-tokens", "3,17,0,23", "--seconds", "0.3", "-o", file("a.wav")).succeeds().err();
        assertTrue(err.contains("denoiser steps") && err.contains("prefill"), err);
        Clip clip = WavReader.read(folder.resolve("a.wav"));
        assertEquals(7200, clip.frames());
        assertEquals(RATE, clip.sampleRate());
        ObjectNode request = sidecar("a.json").object("request");
        assertEquals(4, request.array("promptTokens").elements().size());
        assertEquals(2, request.integer("steps", 0, 9));
        assertEquals(2.5, request.number("guidance"));
        assertEquals("first-order", request.text("solver"));
    }

    /** 75 frames: a window and three chunks, the last of them cut. */
    @Test void aPlanForetellsEveryPass() {
        try (var model = MusicModel.open(Path.of(model()))) {
            for (double seconds : new double[] {0.001, 0.1, 0.192, 0.2, 0.3, 1}) {
                Plan plan = model.plan(request(seconds), 1);
                Report report = model.stream(request(seconds), io.vivace.Listener.NONE);
                assertEquals(plan.passes(), report.passes(), "at " + seconds + " s");
            }
            assertEquals(Map.of(Stage.PREFILL, 4L, Stage.DECODE, 21L, Stage.DENOISE, 8L, Stage.CODEC, 1L), model.plan(request(0.3), 1).passes());
            Request longer = request(0.5).withContinuation(noise(4800, RATE));
            assertEquals(model.plan(longer, 1).passes(), model.stream(longer, io.vivace.Listener.NONE).passes());
        }
    }

    @Test void streamedWholeAndInABatchAreTheSameBytes() throws IOException {
        byte[] streamed = generate("--prompt-tokens", "3,17,0,23", "--seconds", "0.9", "-o", "-").succeeds().out();
        generate("--prompt-tokens", "3,17,0,23", "--seconds", "0.9", "-o", file("a.wav"), "--threads", "1").succeeds();
        assertArrayEquals(Files.readAllBytes(folder.resolve("a.wav")), streamed);
        generate("--prompt-tokens", "3,17,0,23", "--seconds", "0.9", "-o", file("b.wav"), "--batch", "3").succeeds();
        assertArrayEquals(streamed, Files.readAllBytes(folder.resolve("b-1.wav")));
        assertFalse(Arrays.equals(streamed, Files.readAllBytes(folder.resolve("b-2.wav"))));
    }

    @ParameterizedTest
    @CsvSource({"ngram", "jacobi", "auto"})
    void draftsChangeNoByte(String draft) throws IOException {
        generate("--prompt-tokens", "3,17,0,23", "--seconds", "0.5", "--temperature", "0.2", "-o", file("a.wav")).succeeds();
        generate("--prompt-tokens", "3,17,0,23", "--seconds", "0.5", "--temperature", "0.2", "--draft", draft, "-o", file("b.wav")).succeeds();
        assertArrayEquals(Files.readAllBytes(folder.resolve("a.wav")), Files.readAllBytes(folder.resolve("b.wav")));
        ObjectNode run = sidecar("b.json").object("run");
        long plain = sidecar("a.json").object("run").size("allPasses");
        assertEquals(plain, run.size("allPasses") + run.size("savedPasses"));
    }

    @Test void afterACancelledRunTheSameBytesComeAgain() {
        try (var model = MusicModel.open(Path.of(model()))) {
            Clip whole = model.generate(request(0.5));
            for (int steps : new int[] {0, 5, 17, 30, 40}) {
                var listener = new io.vivace.Listener() {
                    private int left = steps;

                    @Override public boolean cancelled() {
                        return left-- <= 0;
                    }
                };
                assertThrows(io.vivace.Cancelled.class, () -> model.stream(request(0.5), listener));
                assertEquals(whole, model.generate(request(0.5)));
            }
        }
    }

    /** The likeliest tokens are the same for all variations: what differs then is the noise. */
    @Test void variationsHaveNoiseOfTheirOwn() {
        try (var model = MusicModel.open(Path.of(model()))) {
            List<Clip> clips = model.generate(request(0.1).withTemperature(0).variations(2));
            assertFalse(clips.get(0).equals(clips.get(1)));
        }
    }

    @Test void aLongClipBeginsLikeAShortOne() {
        try (var model = MusicModel.open(Path.of(model()))) {
            float[] shorter = model.generate(request(0.5)).samples()[0], longer = model.generate(request(2)).samples()[0];
            assertArrayEquals(Arrays.copyOf(shorter, 8000), Arrays.copyOf(longer, 8000));
        }
    }

    @Test void differentRequestsGoThroughOneModelAndComeBackInOrder() {
        List<Request> requests = List.of(request(0.3), request(0.1).withSample(4), request(0.3).withSeed(9), request(0.3).withGuidance(1));
        try (var model = MusicModel.open(Path.of(model()))) {
            List<Clip> together = model.generate(requests);
            for (int i = 0; i < requests.size(); i++) assertEquals(model.generate(requests.get(i)), together.get(i));
        }
    }

    /** What stays is what the codec makes of its own latents, up to where its reach meets what is new. */
    @Test void whatIsKnownStays() {
        Clip song = noise(RATE, RATE);
        float[] plain = recoded(song);
        try (var model = MusicModel.open(Path.of(model()))) {
            float[] longer = model.generate(request(1.5).withContinuation(song)).samples()[0];
            assertEquals(36000, longer.length);
            assertArrayEquals(Arrays.copyOf(plain, 22000), Arrays.copyOf(longer, 22000));
            float[] mended = model.generate(request(1).withInfill(song, 0.4, 0.6)).samples()[0];
            assertEquals(RATE, mended.length);
            assertArrayEquals(Arrays.copyOf(plain, 8000), Arrays.copyOf(mended, 8000));
            assertArrayEquals(Arrays.copyOfRange(plain, 16000, RATE), Arrays.copyOfRange(mended, 16000, RATE));
            assertFalse(Arrays.equals(Arrays.copyOfRange(plain, 11000, 13000), Arrays.copyOfRange(mended, 11000, 13000)));
        }
    }

    private static float[] recoded(Clip song) {
        try (var file = ModelFile.open(Path.of(model())); var backend = new CpuBackend();
                var codec = new MelodyCodec(MelodyConfig.of(file.config()).codec(), backend, file)) {
            return codec.decode(codec.encode(song.samples()).latents())[0];
        }
    }

    @Test void gapsAnywhereAreMended() throws IOException {
        WavFile.write(noise(RATE, RATE), folder.resolve("song.wav"), false, SampleFormat.FLOAT32);
        for (String gap : List.of("0 0.1", "0.9 1", "0.05 0.95", "0 0.9", "0.5 0.5001")) {
            String[] ends = gap.split(" ");
            generate("--prompt-tokens", "3,17,0,23", "--infill", file("song.wav"), "--from", ends[0], "--to", ends[1], "--force", "-o", file("m.wav")).succeeds();
            assertEquals(RATE, WavReader.read(folder.resolve("m.wav")).frames());
        }
        assertEquals(64, sidecar("m.json").object("request").text("infillSha256").length());
    }

    @Test void soundsOfOtherRatesAreContinued() {
        WavFile.write(new Clip(new float[][] {noise(9000, 44100).samples()[0], noise(9000, 44100).samples()[0]}, 44100), folder.resolve("s.wav"), false,
                SampleFormat.PCM16);
        generate("--prompt-tokens", "3,17,0,23", "--seconds", "0.5", "--continue", file("s.wav"), "-o", file("x.wav")).succeeds();
        assertEquals(12000, WavReader.read(folder.resolve("x.wav")).frames());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"slow jazz|--seconds 1|no text tower", "|--prompt-tokens 3,17|4", "|--prompt-tokens 3,17,0,24|24", "|--prompt-tokens 3,17,0,-1|-1",
        "slow|--prompt-tokens 3,17,0,1|one of them", "|--prompt-tokens 1,2,3,4 --steps 0|0", "|--prompt-tokens 1,2,3,4 --steps 10000|10000",
        "|--prompt-tokens 1,2,3,4 --melody noise.wav|melody", "|--prompt-tokens 1,2,3,4 --continue silence.wav|silent",
        "|--prompt-tokens 1,2,3,4 --continue noise.wav --seconds 0.5|nothing new", "|--prompt-tokens 1,2,3,4 --continue tiny.wav|frame",
        "|--prompt-tokens 1,2,3,4 --infill noise.wav --from 0.5 --to 1.5|does not lie in", "|--prompt-tokens 1,2,3,4 --infill noise.wav --from 0.6 --to 0.5|does not lie in",
        "|--prompt-tokens 1,2,3,4 --infill noise.wav --from 0 --to 1|whole", "|--prompt-tokens 1,2,3,4 --infill noise.wav --from 0.1|--to",
        "|--prompt-tokens 1,2,3,4 --infill noise.wav --from 0.1 --to 0.2 --seconds 3|stays as long", "|--seconds 1|PROMPT",
        "|--prompt-tokens 1,2,3,4 --infill noise.wav --from 0.1 --to 0.2 --continue noise.wav|not both"})
    void whatCannotBeIsOneSentence(String prompt, String options, String says) throws IOException {
        WavFile.write(noise(RATE, RATE), folder.resolve("noise.wav"), false, SampleFormat.PCM16);
        WavFile.write(noise(50, RATE), folder.resolve("tiny.wav"), false, SampleFormat.PCM16);
        WavFile.write(Clip.mono(new float[RATE], RATE), folder.resolve("silence.wav"), false, SampleFormat.PCM16);
        List<String> args = new ArrayList<>(List.of("-o", file("x.wav")));
        for (String word : options.split(" ")) args.add(word.endsWith(".wav") ? file(word) : word);
        if (prompt != null) args.add(prompt);
        String err = generate(args.toArray(String[]::new)).fails(ExitCode.USAGE, says).err();
        assertEquals(1, err.strip().lines().count(), err);
        assertFalse(Files.exists(folder.resolve("x.wav")));
    }

    @Test void memoryDoesNotGrowWithTheClip() {
        try (var model = MusicModel.open(Path.of(model()), Options.standard())) {
            Plan minute = model.plan(request(60), 1), ten = model.plan(request(600), 1);
            long clips = (long) RATE * Float.BYTES;
            assertEquals(minute.bytes() - 60 * clips, ten.bytes() - 600 * clips, 0.05 * minute.bytes());
        }
    }

    @Test void solversSchedulesAndIntervalsChangeTheResultAndNothingElse() {
        try (var model = MusicModel.open(Path.of(model()))) {
            var clips = new ArrayList<Clip>();
            Request plain = request(0.3).withSteps(4);
            var half = new io.vivace.Denoising.Interval(0.5, 1);
            for (Request each : List.of(plain, plain.withDenoising(plain.denoising().withSolver(io.vivace.Denoising.Solver.SECOND_ORDER)),
                    plain.withDenoising(plain.denoising().withSchedule(io.vivace.Denoising.Schedule.UNIFORM)), plain.withDenoising(plain.denoising().withGuidance(half)))) {
                Clip clip = model.generate(each);
                assertEquals(clip, model.generate(each));
                assertFalse(clips.contains(clip));
                clips.add(clip);
            }
        }
    }
}
