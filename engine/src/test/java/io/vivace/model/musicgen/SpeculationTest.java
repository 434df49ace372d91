package io.vivace.model.musicgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadRequest;
import io.vivace.Composition;
import io.vivace.Device;
import io.vivace.Listener;
import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Precision;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.audio.Clip;
import io.vivace.backend.Backends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several columns a pass: the same clips, bit for bit. */
class SpeculationTest {
    private static final List<Speculation> DRAFTS = List.of(Speculation.NGRAM, Speculation.JACOBI, Speculation.AUTO);

    @TempDir
    static Path folder;

    private static List<Request> requests(Random random, TinyModel tiny) {
        double[] temperatures = {0, 0, 0.3, 1, 1.5}, topP = {0, 0.5, 0.9};
        int[] topK = {0, 1, 5, 250};
        Request first = Request.of(random.nextInt(3) == 0 ? "" : "dark techno").withSeconds(0.15 + 0.15 * random.nextInt(5)).withGuidance(random.nextBoolean() ? 3 : 1);
        if (random.nextInt(4) == 0) first = first.withContinuation(TinyModel.tone(TinyModel.RATE, 0.1));
        Request common = tiny.family().equals("musicgen-melody") && random.nextBoolean() ? first.withMelody(TinyModel.tone(8000, 0.4)) : first;
        return IntStream.range(0, 1 + random.nextInt(3)).mapToObj(i -> common.withSeed(random.nextLong()).withTemperature(temperatures[random.nextInt(5)])
                .withTopK(topK[random.nextInt(4)]).withTopP(topP[random.nextInt(3)])).toList();
    }

    private static MusicModel open(Path file, Speculation speculation) {
        return MusicModel.open(file, Options.standard().withDevice(Device.CPU).withThreads(2).withSpeculation(speculation));
    }

    @Test
    void draftsChangeNothing() {
        var random = new Random(1);
        long saved = 0;
        for (TinyModel tiny : List.of(TinyModel.mono().window(40), TinyModel.stereo(), TinyModel.melody().window(40))) {
            Path file = tiny.write(folder);
            for (Speculation speculation : DRAFTS) {
                try (var plain = open(file, Speculation.OFF); var trying = open(file, speculation)) {
                    for (int i = 0; i < 12; i++) {
                        List<Request> requests = requests(random, tiny);
                        Composition expected = plain.compose(requests, Listener.NONE), tried = trying.compose(requests, Listener.NONE);
                        assertEquals(expected.clips(), tried.clips(), () -> tiny + " with " + speculation + ": " + requests);
                        assertEquals(expected.report().allPasses() - tried.report().allPasses(), tried.report().savedPasses());
                        assertEquals(expected.report().tokens(), tried.report().tokens());
                        assertEquals(0, expected.report().savedPasses());
                        saved += tried.report().savedPasses();
                    }
                }
            }
        }
        assertTrue(saved > 0);
    }

    @Test
    void streamedWithDrafts() {
        Request request = Request.of("dark techno").withSeconds(2).withTemperature(0);
        Path file = TinyModel.mono().write(folder);
        try (var plain = open(file, Speculation.OFF); var trying = open(file, Speculation.NGRAM)) {
            List<Clip> chunks = new ArrayList<>();
            trying.stream(request, new Listener() {
                @Override
                public void chunk(Clip chunk) {
                    chunks.add(chunk);
                }
            });
            Clip whole = plain.generate(request);
            int at = 0;
            for (Clip chunk : chunks) for (float sample : chunk.samples()[0]) assertEquals(whole.samples()[0][at++], sample);
            assertEquals(whole.frames(), at);
        }
    }

    @Test
    void draftsChangeNothingOnTheCudaBackEnd() {
        Assumptions.assumeTrue(Backends.gpu(), "SKIPPED: drafts on the CUDA back end, which is not there.");
        Path file = TinyModel.mono().window(40).write(folder);
        Request request = Request.of("dark techno").withSeconds(0.3).withSeed(7);
        for (Precision precision : List.of(Precision.F32, Precision.BF16)) {
            Options options = Options.standard().withDevice(Device.CUDA).withPrecision(precision);
            try (var plain = MusicModel.open(file, options); var trying = MusicModel.open(file, options.withSpeculation(Speculation.JACOBI))) {
                for (Request each : List.of(request, request.withTemperature(0))) {
                    assertEquals(plain.generate(List.of(each, each.withSeed(3))), trying.generate(List.of(each, each.withSeed(3))));
                }
            }
        }
    }

    @Test
    void musicGenHasNoHeadsAhead() {
        Path file = TinyModel.mono().write(folder);
        String message = assertThrows(BadRequest.class, () -> open(file, Speculation.HEADS).close()).getMessage();
        assertTrue(message.contains("no further heads"), message);
        assertThrows(BadRequest.class, () -> Speculation.named("luck"));
        assertEquals(Speculation.JACOBI, Speculation.named("jacobi"));
    }
}
