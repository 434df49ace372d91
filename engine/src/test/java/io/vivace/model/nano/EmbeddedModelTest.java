package io.vivace.model.nano;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Composition;
import io.vivace.Listener;
import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Plan;
import io.vivace.Request;
import io.vivace.Trait;
import io.vivace.audio.Clip;
import io.vivace.audio.LoudnessReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The model that lies in the repository: the same bytes, few passes, and music that is what the prompt says, by cheap measures. */
class EmbeddedModelTest {
    private static final Map<String, List<Integer>> SCALES =
            Map.of("major", List.of(0, 2, 4, 5, 7, 9, 11), "minor", List.of(0, 2, 3, 5, 7, 8, 10), "dorian", List.of(0, 2, 3, 5, 7, 9, 10));

    /** A prompt and what it states. */
    private record Wish(String prompt, int tempo, int tonic, String mode) {}

    private static final List<Wish> WISHES = List.of(
            new Wish("rock in E minor, 140 bpm", 140, 4, "minor"),
            new Wish("lo-fi hip hop, 84 bpm, C major, electric piano", 84, 0, "major"),
            new Wish("techno at 128 bpm in A minor", 128, 9, "minor"),
            new Wish("funk in D dorian, 104 bpm, slap bass", 104, 2, "dorian"),
            new Wish("waltz in G major, 120 bpm, with accordion", 120, 7, "major"),
            new Wish("reggae, F major, 76 bpm", 76, 5, "major"),
            new Wish("chiptune in B minor, 150 bpm", 150, 11, "minor"),
            new Wish("bossa nova with nylon guitar in Bb major, 126 bpm", 126, 10, "major"),
            new Wish("country in A major, 108 bpm, banjo", 108, 9, "major"),
            new Wish("heavy metal in C minor, 160 bpm", 160, 0, "minor"));

    private static MusicModel model;

    @BeforeAll static void open() {
        model = MusicModel.open(Path.of("..", "models", "vivace-nano.viv"), Options.standard().withDevice("cpu"));
    }

    @AfterAll static void close() {
        model.close();
    }

    @Test void theSameRequestGivesTheSameBytesStreamedOrWholeOnAnyNumberOfThreads() {
        Request request = Request.of("slow jazz trio in D minor, 75 bpm, with brushed drums").withSeconds(5).withSeed(1);
        float[] whole = model.generate(request).samples()[0];
        assertEquals(5 * 24000, whole.length);
        List<Clip> chunks = new ArrayList<>();
        model.stream(request, new Listener() {
            @Override
            public void chunk(Clip chunk) {
                chunks.add(chunk);
            }
        });
        assertArrayEquals(whole, joined(chunks));
        try (MusicModel one = MusicModel.open(Path.of("..", "models", "vivace-nano.viv"), Options.standard().withDevice("cpu").withThreads(1))) {
            assertArrayEquals(whole, one.generate(request).samples()[0]);
        }
    }

    private static float[] joined(List<Clip> chunks) {
        var all = new float[chunks.stream().mapToInt(Clip::frames).sum()];
        int at = 0;
        for (Clip chunk : chunks) {
            System.arraycopy(chunk.samples()[0], 0, all, at, chunk.frames());
            at += chunk.frames();
        }
        return all;
    }

    @Test void halfAMinuteTakesFewNetworkEvaluations() {
        for (Wish wish : WISHES) {
            Request request = Request.of(wish.prompt).withSeconds(30);
            Plan plan = model.plan(request, 1);
            long passes = plan.passes().values().stream().mapToLong(Long::longValue).sum();
            assertTrue(passes <= 45, wish + " takes " + passes);
        }
        Plan half = model.plan(Request.of("rock in E minor, 120 bpm").withSeconds(30), 1);
        assertEquals(30, half.passes().values().stream().mapToLong(Long::longValue).sum());
        Request request = Request.of("rock in E minor, 140 bpm").withSeconds(3);
        assertEquals(model.plan(request, 1).passes(), model.compose(List.of(request), Listener.NONE).report().passes());
    }

    /** Of two clips of ten seconds for each wish; thresholds leave room for what the measures mishear, as they do of real renders. */
    @Test void musicIsWhatThePromptSays() {
        List<List<Trait>> understood = new ArrayList<>();
        List<Wish> twice = Stream.concat(WISHES.stream(), WISHES.stream()).toList();
        List<Request> requests = IntStream.range(0, twice.size())
                .mapToObj(i -> Request.of(twice.get(i).prompt).withSeconds(10).withSeed(1 + i / WISHES.size())).toList();
        Composition made = model.compose(requests, new Listener() {
            @Override
            public void understood(int clip, List<Trait> traits) {
                understood.add(traits);
            }
        });
        for (int i = 0; i < twice.size(); i++) {
            Map<String, String> stated = understood.get(i).stream().filter(Trait::stated).collect(Collectors.toMap(Trait::name, Trait::value));
            assertEquals(String.valueOf(twice.get(i).tempo), stated.get("tempo"), twice.get(i).prompt);
            assertEquals(twice.get(i).mode, stated.get("mode"), twice.get(i).prompt);
            LoudnessReport loudness = LoudnessReport.of(made.clips().get(i));
            assertEquals(-20, loudness.integratedLufs(), 1.5, twice.get(i) + ": " + loudness);
            assertTrue(loudness.samplePeak() < 1, twice.get(i) + ": " + loudness);
        }
        List<String> offBeat = failing(twice, i -> Ears.keepsTempo(made.clips().get(i), twice.get(i).tempo));
        List<String> offKey = failing(twice, i -> Ears.tonic(made.clips().get(i), SCALES.get(twice.get(i).mode)) == twice.get(i).tonic);
        assertTrue(offBeat.size() <= 2, "another tempo is heard of " + offBeat);
        assertTrue(offKey.size() <= 4, "another key is heard of " + offKey);
    }

    private static List<String> failing(List<Wish> wishes, Predicate<Integer> check) {
        return IntStream.range(0, wishes.size()).boxed().filter(check.negate()).map(i -> wishes.get(i).prompt).toList();
    }
}
