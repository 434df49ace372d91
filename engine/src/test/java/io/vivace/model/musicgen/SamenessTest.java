package io.vivace.model.musicgen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Listener;
import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Progress;
import io.vivace.Request;
import io.vivace.audio.Clip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same request gives the same samples, bit for bit, however it is run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SamenessTest {
    @TempDir
    static Path folder;
    private Path mono;
    private MusicModel model;

    @BeforeAll
    void open() {
        mono = TinyModel.mono().window(50).write(folder);
        model = MusicModel.open(mono, Options.standard().withThreads(2));
    }

    @AfterAll
    void close() {
        model.close();
    }

    /** Short and windowed, with and without guidance, text, a sound to continue; greedy and with every filter. */
    static Stream<Request> requests() {
        Request request = Request.of("A calm piano track with strings, 80 BPM").withSeconds(0.4).withSeed(-5_000_000_007L);
        return Stream.of(request, request.withSeconds(0.9), request.withGuidance(1), request.withPrompt(""), request.withTemperature(0),
                request.withTopP(0.7).withTopK(0).withTemperature(1.3), request.withContinuation(TinyModel.tone(4410, 0.25)),
                request.withPrompt("dark techno ".repeat(20)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void repeated(Request request) {
        assertEquals(model.generate(request), model.generate(request));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void inABatchWithOthers(Request request) {
        List<Request> batch = List.of(request.withPrompt("dark techno").withSeed(3), request, request.withPrompt("x").withTemperature(0.3),
                request.withSample(1), request.withPrompt("a much longer prompt with very many words ".repeat(6)));
        assertEquals(model.generate(request), model.generate(batch).get(1));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void streamed(Request request) {
        assertEquals(model.generate(request), joined(request));
    }

    @Test
    void aLongClipIsHeardWhileItIsComposed() {
        Request request = Request.of("dark techno").withSeconds(12).withGuidance(1);
        List<Double> heard = new ArrayList<>();
        model.stream(request, new Listener() {
            private Progress progress = new Progress(null, 0, 1);

            @Override
            public void progress(Progress progress) {
                this.progress = progress;
            }

            @Override
            public void chunk(Clip chunk) {
                heard.add((double) progress.done() / progress.total());
            }
        });
        assertTrue(heard.size() >= 3 && heard.getFirst() < 0.5, heard.toString());
        assertEquals(model.generate(request), joined(request));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void withOtherThreads(Request request) {
        try (var other = MusicModel.open(mono, Options.standard().withThreads(5))) {
            assertEquals(model.generate(request), other.generate(request));
        }
    }

    @Test
    void variantsInABatch() {
        Path stereo = TinyModel.stereo().write(folder), melody = TinyModel.melody().window(40).write(folder);
        Request request = Request.of("dark techno").withSeconds(0.5);
        try (var two = MusicModel.open(stereo); var tuned = MusicModel.open(melody)) {
            assertEquals(two.generate(request), two.generate(List.of(request.withSeed(9), request)).get(1));
            Request tune = request.withMelody(TinyModel.tone(8000, 0.7));
            assertEquals(tuned.generate(tune), tuned.generate(List.of(request, tune.withPrompt("ab cd"), request.withSeed(4), tune))
                    .get(3));
        }
    }

    @Test
    void butSeedSampleAndPromptMatter() {
        Request request = Request.of("dark techno").withSeconds(0.4);
        Clip clip = model.generate(request);
        assertNotEquals(clip, model.generate(request.withSeed(1)));
        assertNotEquals(clip, model.generate(request.withSeed(1L << 32)));
        assertNotEquals(clip, model.generate(request.withSample(1)));
        assertNotEquals(clip, model.generate(request.withPrompt("dark")));
        assertNotEquals(clip, model.generate(request.withGuidance(5)));
    }

    @Test
    void listenersDoNotMatterAndHearEveryStep() {
        Request request = Request.of("dark techno").withSeconds(0.9);
        List<Progress> heard = new ArrayList<>();
        List<Clip> clips = model.compose(List.of(request), new Listener() {
            @Override
            public void progress(Progress progress) {
                heard.add(progress);
            }
        }).clips();
        assertEquals(model.generate(request), clips.getFirst());
        for (int i = 0; i < heard.size(); i++) assertEquals(i + 1, heard.get(i).done());
        assertEquals(heard.size(), heard.getLast().total());
    }

    @Test
    void continuedSoundComesFirst() {
        Request request = Request.of("dark techno").withSeconds(0.4).withContinuation(TinyModel.tone(TinyModel.RATE, 0.15));
        float[] clip = model.generate(request).samples()[0], other = model.generate(request.withSeed(8)).samples()[0];
        // The codec's reach ahead is what new frames may change of the known ones.
        int same = (int) (0.15 * TinyModel.RATE) - 8 * TinyModel.HOP;
        assertArrayEquals(Arrays.copyOf(clip, same), Arrays.copyOf(other, same));
        assertNotEquals(clip[clip.length - 1], other[clip.length - 1]);
    }

    private Clip joined(Request request) {
        List<Clip> chunks = new ArrayList<>();
        model.stream(request, new Listener() {
            @Override
            public void chunk(Clip chunk) {
                chunks.add(chunk);
            }
        });
        var samples = new float[1][chunks.stream().mapToInt(Clip::frames).sum()];
        int at = 0;
        for (Clip chunk : chunks) {
            System.arraycopy(chunk.samples()[0], 0, samples[0], at, chunk.frames());
            at += chunk.frames();
        }
        return new Clip(samples, chunks.getFirst().sampleRate());
    }
}
