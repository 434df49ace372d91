package io.vivace.model.musicgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.Cancelled;
import io.vivace.Composition;
import io.vivace.Device;
import io.vivace.DeviceFailed;
import io.vivace.Listener;
import io.vivace.ModelInfo;
import io.vivace.ModelMissing;
import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Plan;
import io.vivace.Progress;
import io.vivace.Request;
import io.vivace.Stage;
import io.vivace.TooLittleMemory;
import io.vivace.VivaceException;
import io.vivace.audio.Clip;
import io.vivace.weights.MemoryWeights;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComposingTest {
    @TempDir
    static Path folder;
    private Path file;
    private MusicModel model;

    @BeforeAll
    void open() {
        file = TinyModel.mono().window(50).write(folder);
        model = MusicModel.open(file);
    }

    @AfterAll
    void close() {
        model.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0001, 0.0003125, 0.0073, 0.1, 0.1000001, 0.375, 0.3753, 1.23456, 2})
    void clipsAreExactlyAsLongAsAsked(double seconds) {
        Clip clip = model.generate(Request.of("piano").withSeconds(seconds));
        assertEquals(Math.max(1, Math.round(seconds * TinyModel.RATE)), clip.frames());
        assertEquals(TinyModel.RATE, clip.sampleRate());
        assertEquals(1, clip.channels());
    }

    @Test
    void stereoModelsComposeTwoChannels() {
        try (var stereo = MusicModel.open(TinyModel.stereo().write(folder))) {
            Clip clip = stereo.generate(Request.of("piano").withSeconds(0.1));
            assertEquals(2, clip.channels());
            assertEquals(320, clip.frames());
            assertFalse(Arrays.equals(clip.samples()[0], clip.samples()[1]));
            Clip longer = stereo.generate(Request.of("piano").withSeconds(0.2).withContinuation(clip));
            assertEquals(640, longer.frames());
        }
    }

    @Test
    void prefillsOfLongWindowsAreCountedByPiece() {
        try (var wide = MusicModel.open(TinyModel.melody().window(180).write(folder))) {
            Request request = Request.of("piano").withSeconds(3);
            Plan plan = wide.plan(request, 1);
            // 400 frames: windows from frames 0, 108, 216 and 324, the later ones with 72 known frames: 1, 2, 2 and 2 pieces
            assertEquals(7, plan.passes().get(Stage.PREFILL));
            assertEquals(plan.passes().get(Stage.PREFILL), wide.compose(List.of(request), Listener.NONE).report().passes().get(Stage.PREFILL));
        }
    }

    @Test
    void theReportCountsWhatThePlanForetold() {
        Request request = Request.of("piano").withSeconds(1.5).withContinuation(TinyModel.tone(TinyModel.RATE, 0.2));
        List<Request> requests = List.of(request, request.withPrompt("techno"), request.withGuidance(0).withSeconds(0.3));
        Plan plan = model.plan(requests);
        Composition composition = model.compose(requests, Listener.NONE);
        for (Stage stage : List.of(Stage.TEXT, Stage.CONTINUATION, Stage.PREFILL, Stage.DECODE, Stage.CODEC)) {
            assertEquals(plan.passes().get(stage), composition.report().passes().get(stage), stage.title());
        }
        assertEquals(3.3, composition.report().audioSeconds(), 1e-9);
        assertEquals(Math.round(3.3 * 625), plan.musicLmPasses());
        // 200 frames, of which 27 are known, for two clips; 40 frames for one; 4 codebooks
        assertEquals(4 * (2 * (200 - 27) + (40 - 27)), composition.report().tokens());
        assertTrue(composition.report().realTimeFactor() > 0);
    }

    @Test
    void aSoundLongerThanAWindowIsContinued() {
        Clip sound = TinyModel.tone(TinyModel.RATE, 0.61);
        Clip clip = model.generate(Request.of("piano").withSeconds(1).withContinuation(sound));
        assertEquals(TinyModel.RATE, clip.frames());
        Clip unheard = model.generate(Request.of("piano").withSeconds(1)
                .withContinuation(new Clip(new float[1][sound.frames()], TinyModel.RATE)));
        assertFalse(Arrays.equals(clip.slice(2400, 3200).samples()[0], unheard.slice(2400, 3200).samples()[0]));
    }

    @Test
    void threadsWaitForEachOther() {
        List<Request> requests = Request.of("piano").withSeconds(0.2).variations(6);
        List<Clip> alone = requests.stream().map(model::generate).toList();
        assertEquals(alone, requests.parallelStream().map(model::generate).toList());
    }

    @Test
    void listenersCannotCallBack() {
        Request request = Request.of("piano").withSeconds(0.1);
        var listener = new Listener() {
            @Override
            public void progress(Progress progress) {
                model.generate(request);
            }
        };
        assertThrows(IllegalStateException.class, () -> model.compose(List.of(request), listener));
        assertEquals(320, model.generate(request).frames());
    }

    @Test
    void theModelDescribesItself() {
        ModelInfo info = model.info();
        assertEquals("musicgen", info.family());
        assertEquals(134, info.frameRate());
        assertEquals(50.0 * 24 / 3200, info.windowSeconds(), 1e-9);
    }

    @Test
    void cancelledRunsEndWithinAStepAndTheNextIsRight() {
        Request request = Request.of("piano").withSeconds(0.5);
        Clip before = model.generate(request);
        for (int stop : new int[] {0, 1, 7, 40}) {
            var listener = new Listener() {
                long steps;

                @Override
                public void progress(Progress progress) {
                    steps = progress.done();
                }

                @Override
                public boolean cancelled() {
                    return steps >= stop;
                }
            };
            var cancelled = assertThrows(Cancelled.class, () -> model.compose(List.of(request), listener));
            assertTrue(cancelled.getMessage().startsWith("The run was cancelled after " + stop + " of "), cancelled.getMessage());
            assertEquals(stop, listener.steps);
        }
        assertEquals(before, model.generate(request));
    }

    @Test
    void tooLittleMemoryIsSaidBeforehandWithBothFigures() {
        Request request = Request.of("piano").withSeconds(3000);
        Plan plan = model.plan(request, 4);
        try (var small = MusicModel.open(file, Options.standard().withMemoryBytes(plan.bytes() - 1))) {
            var refused = assertThrows(TooLittleMemory.class, () -> small.generate(request.variations(4)));
            assertTrue(refused.getMessage().matches("This needs [\\d.]+ MB of memory .* but there are [\\d.]+ MB; .*"),
                    refused.getMessage());
            assertEquals(32, small.generate(request.withSeconds(0.01)).frames());
        }
        assertTrue(model.plan(request, 8).stateBytes() > 1.9 * plan.stateBytes());
    }

    @Test
    void numbersThatAreNoneEndTheRun() {
        MemoryWeights weights = TinyModel.mono().weights();
        var bytes = weights.get("decoder.layers.1.self.out").bytes();
        bytes.set(ValueLayout.JAVA_FLOAT, 4, Float.NaN);
        try (var broken = MusicModel.open(TinyModel.mono().write(folder, weights))) {
            var failed = assertThrows(DeviceFailed.class, () -> broken.generate(Request.of("piano").withSeconds(0.1)));
            assertTrue(failed.getMessage().contains("column 1 "), failed.getMessage());
        }
    }

    @Test
    void weightsOfAnotherShapeThanTheConfigSaysAreRefused() {
        try (var mixed = MusicModel.open(TinyModel.stereo().write(folder, TinyModel.mono().weights()))) {
            var refused = assertThrows(BadCheckpoint.class, () -> mixed.generate(Request.of("piano").withSeconds(0.1)));
            assertTrue(refused.getMessage().contains("decoder."), refused.getMessage());
        }
    }

    @Test
    void theReferenceDeviceComposesTheSameGreedyClip() {
        Request request = Request.of("piano").withSeconds(0.2).withTemperature(0);
        try (var reference = MusicModel.open(file, Options.standard().withDevice(Device.REFERENCE))) {
            float[] one = model.generate(request).samples()[0], other = reference.generate(request).samples()[0];
            for (int i = 0; i < one.length; i++) assertEquals(one[i], other[i], 1e-4);
        }
    }

    @Test
    void promptsAreCleanedAndBounded() {
        assertEquals("a b", Request.of("\u0000a\n\u0007b\t").prompt());
        Request request = Request.of("a b").withSeconds(0.1);
        assertEquals(model.generate(request), model.generate(request.withPrompt("\ra\u0001b")));
        refused("2001 characters", () -> Request.of("x".repeat(2001)));
        refused("tokens", () -> model.generate(request.withPrompt("\uFDFA".repeat(1000))));
        assertEquals(320, model.generate(request.withPrompt("\uD800 lone")).frames());
    }

    @Test
    void wrongRequestsAreRefusedInOneSentence() {
        Request request = Request.of("piano");
        for (double seconds : new double[] {0, -1, Double.NaN, 31_536_000, Double.POSITIVE_INFINITY}) {
            refused("" + seconds, () -> request.withSeconds(seconds));
        }
        refused("-0.5", () -> request.withGuidance(-0.5));
        refused("NaN", () -> request.withTemperature(Double.NaN));
        refused("-3", () -> request.withTopK(-3));
        refused("1.5", () -> request.withTopP(1.5));
        refused("-1", () -> request.withSample(-1));
        refused("0", () -> request.variations(0));
        refused("empty", () -> request.withMelody(Clip.mono(new float[0], 8000)));
        refused("Infinity", () -> request.withContinuation(Clip.mono(new float[] {0, Float.POSITIVE_INFINITY}, 8000)));
        refused("melody", () -> model.generate(request.withMelody(TinyModel.tone(8000, 1))));
        refused("0.5 s", () -> model.generate(request.withSeconds(0.5).withContinuation(TinyModel.tone(8000, 0.5))));
        refused("no request", () -> model.generate(List.of()));
        refused("0", () -> model.plan(request, 0));
        refused("gpu", () -> Device.named("gpu"));
        assertThrows(ModelMissing.class, () -> MusicModel.open(folder.resolve("none.viv")));
    }

    private static void refused(String value, Runnable action) {
        VivaceException refused = assertThrows(BadRequest.class, action::run);
        assertTrue(refused.getMessage().contains(value) && refused.getMessage().endsWith("."), refused.getMessage());
    }
}
