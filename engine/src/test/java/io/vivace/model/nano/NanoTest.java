package io.vivace.model.nano;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadRequest;
import io.vivace.Cancelled;
import io.vivace.Composition;
import io.vivace.Listener;
import io.vivace.Plan;
import io.vivace.Progress;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Trait;
import io.vivace.audio.Clip;
import io.vivace.backend.Backend;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.text.TokenizerFiles;
import io.vivace.weights.JsonReader;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.ModelHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts to clips with a whole model of random numbers. */
class NanoTest {
    private static final Backend CPU = new CpuBackend(2, false);
    private static final Request REQUEST = Request.of("slow rock").withSeconds(1).withSeed(3).withSteps(2);
    private static Nano nano;

    @TempDir private static Path folder;

    @BeforeAll static void open() throws IOException {
        Files.write(folder.resolve("vocab.txt"), List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "slow", "rock", "##s"));
        var weights = (MemoryWeights) TinyNano.weights();
        weights.bytes("tokenizer", TokenizerFiles.read(folder).orElseThrow());
        var config = JsonReader.read("config.json", TinyNano.JSON.getBytes(StandardCharsets.UTF_8));
        nano = Nano.open(new ModelHeader("nano", config, null, config, weights.entries()), weights, CPU);
    }

    @AfterAll static void close() {
        nano.close();
        CPU.close();
    }

    private static float[] samples(Clip clip) {
        return clip.samples()[0];
    }

    /** A listener that keeps all it hears. */
    private static final class Ear implements Listener {
        private final List<Clip> chunks = new ArrayList<>();
        private final List<List<Trait>> traits = new ArrayList<>();
        private Progress last;

        @Override public void understood(int clip, List<Trait> understood) {
            assertEquals(traits.size(), clip);
            traits.add(understood);
        }

        @Override public void chunk(Clip chunk) {
            chunks.add(chunk);
        }

        @Override public void progress(Progress progress) {
            last = progress;
        }
    }

    @Test void whatIsPlannedIsWhatRuns() {
        for (List<Request> requests : List.of(List.of(REQUEST), List.of(REQUEST.withSeconds(31)), List.of(REQUEST.withSeconds(3).withLoop(true)),
                List.of(REQUEST, REQUEST.withPrompt("rock").withSeconds(2), REQUEST.withSample(1)))) {
            Plan plan = nano.plan(requests);
            var ear = new Ear();
            Report report = nano.compose(requests, ear).report();
            assertEquals(plan.passes(), report.passes());
            assertEquals(plan.audioSeconds(), report.audioSeconds(), 1e-9);
            assertEquals(requests.size(), ear.traits.size());
            assertEquals(ear.last.total(), ear.last.done());
            assertTrue(plan.stateBytes() > 0 && plan.activationBytes() > 0 && plan.codecBytes() > report.audioSeconds() * 24000 * 4);
        }
    }

    @Test void streamedOrInABatchASongIsTheSame() {
        Request song = REQUEST.withSeconds(5);
        var ear = new Ear();
        nano.stream(song, ear);
        Composition batch = nano.compose(List.of(REQUEST, song, song.withSample(1)), Listener.NONE);
        float[] alone = samples(nano.compose(List.of(song), Listener.NONE).clips().getFirst()), streamed = new float[alone.length];
        int at = 0;
        for (Clip chunk : ear.chunks) {
            System.arraycopy(samples(chunk), 0, streamed, at, chunk.frames());
            at += chunk.frames();
        }
        assertEquals(alone.length, at);
        assertTrue(ear.chunks.size() > 1);
        assertArrayEquals(alone, streamed);
        assertArrayEquals(alone, samples(batch.clips().get(1)));
        assertFalse(Arrays.equals(alone, samples(batch.clips().get(2))), "variations differ");
    }

    @Test void itEndsWhenTheListenerWishesSo() {
        var listener = new Listener() {
            private int asked;

            @Override public boolean cancelled() {
                return ++asked > 4;
            }
        };
        assertThrows(Cancelled.class, () -> nano.stream(REQUEST, listener));
        assertEquals(24000, nano.compose(List.of(REQUEST), Listener.NONE).clips().getFirst().frames());
    }

    @Test void whatItCannotDoIsRefused() {
        Clip sound = Clip.mono(new float[24000], 24000);
        for (Request request : List.of(REQUEST.withContinuation(sound), REQUEST.withMelody(sound), REQUEST.withInfill(sound, 0.2, 0.5))) {
            assertTrue(assertThrows(BadRequest.class, () -> nano.plan(List.of(request))).getMessage().contains("cannot hear"));
        }
        assertTrue(assertThrows(BadRequest.class, () -> nano.plan(List.of(REQUEST.withPromptTokens(List.of(1))))).getMessage().contains("texts only"));
        assertTrue(assertThrows(BadRequest.class, () -> nano.plan(List.of(REQUEST.withGuidance(3)))).getMessage().contains("guidance of 3.0"));
        assertThrows(BadRequest.class, () -> nano.plan(List.of()));
    }
}
