package io.vivace.model.nano;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExcitationsTest {
    private static final Excitations EXCITATIONS = new Excitations(TinyNano.CONFIG, TinyNano.sheet());
    private static final NoteFeatures FEATURES = new NoteFeatures(TinyNano.CONFIG, TinyNano.sheet());
    /** An organ's bass, two strings, of which one goes on where the other ends, a piano, a kick and a hat. */
    private static final List<Note> NOTES = List.of(new Note(Note.BASS, 40, 0.1, 0.5), new Note(Note.CHORDS, 60, 0.1, 0.3), new Note(Note.KIT, 0, 0.1, 0.1),
            new Note(Note.KIT, 2, 0.15, 0.15), new Note(Note.CHORDS, 60, 0.3, 0.7), new Note(Note.MELODY, 72, 0.4, 0.45));

    @ParameterizedTest @ValueSource(ints = {0, 1, 3, 4}) void partsAreThoseOfTheWhole(int role) {
        int count = 48000;
        double[] whole = EXCITATIONS.of(role, NOTES, 0, count);
        for (int length : new int[] {1000, 4801, 12000}) {
            for (int from = 0; from + length <= count; from += length) {
                double[] part = EXCITATIONS.of(role, NOTES, from, length);
                assertArrayEquals(Arrays.copyOfRange(whole, from, from + length), part == null ? new double[length] : part);
            }
        }
    }

    @Test void silenceIsNothing() {
        assertNull(EXCITATIONS.of(Note.ARP, NOTES, 0, 48000));
        assertNull(EXCITATIONS.of(Note.BASS, NOTES, 0, 2400));
        assertNull(EXCITATIONS.of(Note.BASS, NOTES, 12000 + 23473, 1000));
    }

    /** An A of 440 Hz for a second: its saw jumps so often. */
    @Test void aNoteIsInTune() {
        double[] saw = EXCITATIONS.of(Note.BASS, List.of(new Note(Note.BASS, 69, 0, 2)), 24000, 24000);
        long jumps = 0;
        for (int i = 1; i < saw.length; i++) if (saw[i - 1] >= 0 && saw[i] < 0) jumps++;
        assertEquals(440, jumps, 1);
        assertEquals(0.1 * 0.1 / 3, Arrays.stream(saw).map(x -> x * x).average().orElseThrow(), 2e-4);
    }

    @Test void aHeldNoteOfThePianoFades() {
        double[] tone = EXCITATIONS.of(Note.MELODY, List.of(new Note(Note.MELODY, 69, 0, 3)), 0, 48000);
        double early = power(tone, 1000, 5000), late = power(tone, 1000 + 19200, 5000 + 19200);
        assertEquals(Math.exp(-2), late / early, 0.01, "after 0.8 s");
    }

    private static double power(double[] x, int from, int to) {
        return Arrays.stream(x, from, to).map(each -> each * each).sum();
    }

    @Test void featuresOfPartsAreThoseOfTheWhole() {
        float[] whole = FEATURES.of(NOTES, 0, 150);
        for (int from = 0; from < 150; from += 37) {
            int count = Math.min(37, 150 - from), channels = NanoConfig.FEATURES;
            assertArrayEquals(Arrays.copyOfRange(whole, from * channels, (from + count) * channels), FEATURES.of(NOTES, from, count), "from " + from);
        }
    }

    @Test void aNoteHasItsFrames() {
        float[] features = FEATURES.of(NOTES, 0, 150);
        int level = 40 - 28, recency = level + 72;
        assertEquals(0, at(features, 11, level));
        assertEquals(1, at(features, 12, level), "0.1 s lie in frame 12");
        assertEquals(1, at(features, 12, recency));
        assertEquals(Math.exp(-0.8), at(features, 22, recency), 1e-6);
        assertEquals(1, at(features, 62, level), "0.5 s lie in frame 62");
        assertEquals(Math.exp(-0.008 / 0.25), at(features, 63, level), 1e-6);
        assertTrue(at(features, 120, level) > 0);
        int kick = 2 * 4 * 72;
        assertEquals(1, at(features, 12, kick));
        assertEquals(Math.exp(-0.08 / 0.2), at(features, 22, kick + 8), 1e-6);
    }

    private static float at(float[] features, int frame, int feature) {
        return features[frame * NanoConfig.FEATURES + feature];
    }
}
