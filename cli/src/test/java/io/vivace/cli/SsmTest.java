package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadRequest;
import io.vivace.Cancelled;
import io.vivace.Composition;
import io.vivace.Listener;
import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Plan;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.Stage;
import io.vivace.audio.Clip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SSM-TTM from its checkpoint to sound. */
class SsmTest {
    private static final Path CASES = Repository.GOLDEN.resolve("ssm");
    @TempDir static Path models;
    @TempDir Path folder;

    @BeforeAll static void convert() {
        for (String name : List.of("prefix-simba", "hybrid", "cross-transformer")) {
            Path checkpoint = CASES.resolve("ssmttm-" + name).resolve("checkpoint");
            // Cases that take ids have no tokenizer; all have the same.
            Run.of("convert", checkpoint.resolve("simba.ckpt").toString(), checkpoint.resolve("config.json").toString(), "--codec",
                    CASES.resolve("dac_44khz").toString(), "--text-encoder", CASES.resolve("ssmttm-prefix-simba/checkpoint/flan-t5").toString(), "-o",
                    model(name).toString()).succeeds();
        }
        Run.of("convert", CASES.resolve("ssmttm-prefix-simba/checkpoint/simba.ckpt").toString(),
                CASES.resolve("ssmttm-prefix-simba/checkpoint/config.json").toString(),
                "--codec", CASES.resolve("dac_44khz").toString(), "--second-stage",
                Repository.GOLDEN.resolve("discodiff/denoise/checkpoint/discodiff.ckpt").toString(),
                "--second-text-encoder", CASES.resolve("flan-t5-second").toString(), "-o", model("two-stages").toString()).succeeds();
    }

    private static Path model(String name) {
        return models.resolve(name + ".viv");
    }

    private static MusicModel open(String name) {
        return MusicModel.open(model(name), options());
    }

    private static Options options() {
        return Options.standard().withDevice(io.vivace.Device.CPU);
    }

    private static Request request() {
        return Request.of("bright ska with brass").withSeconds(1.3).withSeed(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefix-simba", "hybrid", "cross-transformer", "two-stages"})
    void composesAFileWhoseBytesDoNotDependOnThreadsOrTheBatch(String name) throws IOException {
        for (String[] how : new String[][] {{"one", "--threads", "1"}, {"two", "--threads", "2"}, {"batch", "--batch", "2"}}) {
            List<String> command = new ArrayList<>(List.of("generate", "-m", model(name).toString(), "--device", "cpu", "bright ska with brass", "--seconds",
                    "1.3", "--seed", "3", "-o", folder.resolve(how[0] + ".wav").toString()));
            command.addAll(List.of(how).subList(1, how.length));
            Run.of(command.toArray(String[]::new)).succeeds();
        }
        byte[] one = Files.readAllBytes(folder.resolve("one.wav"));
        assertArrayEquals(one, Files.readAllBytes(folder.resolve("two.wav")));
        assertArrayEquals(one, Files.readAllBytes(folder.resolve("batch-1.wav")));
        assertEquals(57330, io.vivace.audio.WavReader.read(folder.resolve("one.wav")).frames());
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefix-simba", "two-stages"})
    void aStreamIsTheClip(String name) {
        try (MusicModel model = open(name)) {
            Clip whole = model.generate(request());
            var pieces = new ArrayList<float[]>();
            model.stream(request(), new Listener() {
                @Override public void chunk(Clip chunk) {
                    pieces.add(chunk.samples()[0]);
                }
            });
            assertTrue(pieces.size() > 2);
            var all = new float[whole.frames()];
            int at = 0;
            for (float[] piece : pieces) {
                System.arraycopy(piece, 0, all, at, piece.length);
                at += piece.length;
            }
            assertEquals(whole.frames(), at);
            assertArrayEquals(whole.samples()[0], all);
        }
    }

    /** Passes that are not taken are counted, and nothing else changes. */
    @ParameterizedTest
    @ValueSource(strings = {"prefix-simba", "hybrid", "cross-transformer", "two-stages"})
    void draftsChangeNothing(String name) {
        var random = new Random(name.length());
        for (Speculation speculation : List.of(Speculation.NGRAM, Speculation.JACOBI)) {
            try (MusicModel plain = open(name); MusicModel trying = MusicModel.open(model(name), options().withSpeculation(speculation))) {
                for (int i = 0; i < 3; i++) {
                    Request first = request().withSeconds(0.2 + random.nextInt(9) / 10.0).withTemperature(random.nextInt(2)).withTopK(1 + random.nextInt(9));
                    List<Request> requests = List.of(first, first.withSeed(random.nextLong()), first.withPrompt(""));
                    Composition expected = plain.compose(requests, Listener.NONE), tried = trying.compose(requests, Listener.NONE);
                    assertEquals(expected.clips(), tried.clips());
                    assertEquals(expected.report().allPasses() - tried.report().allPasses(), tried.report().savedPasses());
                    assertEquals(expected.report().tokens(), tried.report().tokens());
                }
                Plan without = plain.plan(request(), 1), with = trying.plan(request(), 1);
                assertEquals(without.passes(), with.passes());
                assertTrue(with.activationBytes() > without.activationBytes());
                assertEquals(name.equals("cross-transformer"), with.stateBytes() == without.stateBytes());
            }
        }
        Options heads = options().withSpeculation(Speculation.HEADS);
        String message = Assertions.assertThrows(BadRequest.class, () -> MusicModel.open(model(name), heads)).getMessage();
        assertTrue(message.contains("no further heads"), message);
    }

    /** The empty prompt is taken in once for a model, and guidance is no pass of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"prefix-simba", "hybrid", "cross-transformer", "two-stages"})
    void theRunTakesThePassesOfThePlan(String name) {
        List<Request> requests = List.of(request(), request().withSample(1), request().withPrompt("dark techno"), request().withPrompt(""));
        try (MusicModel model = open(name)) {
            Plan first = model.plan(requests);
            assertEquals(first.passes(), model.compose(requests, Listener.NONE).report().passes());
            Plan alone = model.plan(request(), 1);
            Report report = model.stream(request(), Listener.NONE);
            assertEquals(alone.passes(), report.passes());
            Plan again = model.plan(request(), 1);
            assertEquals(1, again.passes().get(Stage.PREFILL));
            assertEquals(name.equals("two-stages") ? 2 : 1, again.passes().get(Stage.TEXT));
            assertEquals(112, again.passes().get(Stage.DECODE));
            Composition second = model.compose(List.of(request()), Listener.NONE);
            assertEquals(again.passes(), second.report().passes());
        }
    }

    /** Ten minutes need what 25 seconds need; where attention looks at all frames so far, they do not. */
    @Test void memoryDoesNotGrowWithTheClip() {
        try (MusicModel model = open("prefix-simba")) {
            assertEquals(model.plan(request().withSeconds(25), 1).bytes(), model.plan(request().withSeconds(600), 1).bytes());
            // The long clip first: what the JVM itself holds grows until everything is compiled.
            long many = heldWhileComposing(model, 40), few = heldWhileComposing(model, 5);
            assertTrue(many < few * 1.05, few + " bytes, then " + many);
        }
        try (MusicModel model = open("cross-transformer")) {
            assertTrue(model.plan(request().withSeconds(25), 1).stateBytes() * 10 < model.plan(request().withSeconds(600), 1).stateBytes());
        }
    }

    /** The most bytes of the heap that live when sound comes. */
    private static long heldWhileComposing(MusicModel model, double seconds) {
        long[] most = new long[1];
        model.stream(request().withSeconds(seconds), new Listener() {
            private int chunks;

            @Override public void chunk(Clip chunk) {
                if (chunks++ % 8 != 2) return;
                System.gc();
                most[0] = Math.max(most[0], Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
            }
        });
        return most[0];
    }

    @Test void aRunEndsWithinAStepOfTheListenersWish() {
        try (MusicModel model = open("prefix-simba")) {
            int[] steps = new int[1];
            Assertions.assertThrows(Cancelled.class, () -> model.stream(request(), new Listener() {
                @Override public void progress(io.vivace.Progress progress) {
                    steps[0]++;
                }

                @Override public boolean cancelled() {
                    return steps[0] == 70;
                }
            }));
            assertEquals(70, steps[0]);
            assertEquals(57330, model.generate(request()).frames());
        }
    }

    @Test void whatTheModelCannotDoIsRefused() {
        try (MusicModel model = open("prefix-simba")) {
            Clip sound = model.generate(request().withSeconds(0.2));
            for (Request wrong : List.of(request().withContinuation(sound), request().withMelody(sound), request().withSteps(3))) {
                Assertions.assertThrows(BadRequest.class, () -> model.plan(wrong, 1));
            }
        }
    }

    @Test void theSecondStageTakesAsManyStepsAsAsked() {
        try (MusicModel model = open("two-stages")) {
            long windows = model.plan(request(), 1).passes().get(Stage.DENOISE) / 10;
            assertEquals(3 * windows, model.plan(request().withSteps(3), 1).passes().get(Stage.DENOISE));
            assertEquals(100 * windows, model.plan(request().withSteps(100), 1).passes().get(Stage.DENOISE));
            Assertions.assertThrows(BadRequest.class, () -> model.plan(request().withSteps(101), 1));
            Request few = request().withSeconds(0.2).withSteps(2), all = request().withSeconds(0.2).withSteps(100);
            assertTrue(!java.util.Arrays.equals(model.generate(few).samples()[0], model.generate(all).samples()[0]));
            assertEquals(model.plan(request().withSeconds(25), 1).bytes(), model.plan(request().withSeconds(600), 1).bytes());
            assertEquals(3, model.info().codebooks());
        }
    }

    @Test void aModelWithoutCodecOrTokenizerSaysWhatToDo() {
        String checkpoint = CASES.resolve("ssmttm-hybrid/checkpoint").toString(), file = folder.resolve("mute.viv").toString();
        assertTrue(Run.of("convert", checkpoint, "-o", file).succeeds().err().contains("--codec"));
        Run.of("generate", "-m", file, "x", "-o", folder.resolve("x.wav").toString()).fails(ExitCode.BAD_WEIGHTS, "has no codec", "--codec");
        Run.of("convert", checkpoint, "--codec", CASES.resolve("dac_44khz").toString(), "-o", file, "--force").succeeds();
        Run.of("generate", "-m", file, "x", "-o", folder.resolve("x.wav").toString()).fails(ExitCode.BAD_WEIGHTS, "has no tokenizer", "--text-encoder");
    }
}
