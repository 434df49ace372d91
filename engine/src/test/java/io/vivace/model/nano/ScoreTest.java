package io.vivace.model.nano;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Figures by hand; composed pieces of all styles are compared with the original by {@code vivace parity}. */
class ScoreTest {
    private static final NanoConfig CONFIG = TinyNano.CONFIG;
    /** Rock at 120, so that a step has an eighth of a second; E minor. */
    private static final Sheet SHEET = TinyNano.sheet();
    private static final double STEP = 0.125;

    /** A bar that holds, but for some steps: pairs of a step and tokens. */
    private static int[][] bar(int[]... events) {
        var bar = new int[16][2];
        for (int[] event : events) bar[event[0]] = new int[] {event[1], event[2]};
        return bar;
    }

    private static List<Note> role(int role, List<Note> notes) {
        return notes.stream().filter(note -> note.role() == role).toList();
    }

    private static Note note(int role, int pitch, double from, double to) {
        return new Note(role, pitch, from * STEP, to * STEP);
    }

    /** A strike of E major with its bass; G on the sixth eighth; a rest in the second bar. */
    @Test
    void chordsAndBass() {
        List<Note> notes = Score.notes(CONFIG, SHEET, new int[][][] {bar(new int[] {0, 2, 0}), bar(new int[] {4, 5, 0})});
        assertEquals(List.of(note(Note.BASS, 28, 0, 20)), role(Note.BASS, notes));
        assertEquals(List.of(note(Note.CHORDS, 56, 0, 20), note(Note.CHORDS, 59, 0, 20), note(Note.CHORDS, 64, 0, 20)), role(Note.CHORDS, notes));
        assertEquals(List.of(note(Note.ARP, 68, 0, 8)), role(Note.ARP, notes));
    }

    /** Bare fifths lie low; the tones of the arpeggio go on above the chord. */
    @Test
    void powerChordsAndArpeggios() {
        var score = new Score(CONFIG, SHEET);
        List<Note> first = score.read(bar(new int[] {0, 4, 0}, new int[] {4, 3, 0}));
        assertEquals(List.of(note(Note.ARP, 45 + 12, 0, 4)), role(Note.ARP, first));
        List<Note> last = score.sounding();
        assertEquals(List.of(note(Note.CHORDS, 45, 0, 16), note(Note.CHORDS, 52, 0, 16), note(Note.CHORDS, 57, 0, 16)), role(Note.CHORDS, last));
        assertEquals(List.of(note(Note.ARP, 52 + 12, 4, 12)), role(Note.ARP, last));
        assertEquals(2, score.seconds());
    }

    /** Tokens of the second stream: 32 times the melody's event, and the set of drums. */
    @Test
    void melodyAndDrums() {
        List<Note> notes = Score.notes(CONFIG, SHEET, new int[][][] {bar(new int[] {0, 0, 2 * 32 + 3}, new int[] {6, 0, 32 + 1}, new int[] {8, 0, 9})});
        assertEquals(List.of(note(Note.MELODY, 64, 0, 6)), role(Note.MELODY, notes));
        assertEquals(List.of(note(Note.KIT, 0, 0, 0), note(Note.KIT, 6, 0, 0), note(Note.KIT, 0, 6, 6)), role(Note.KIT, notes));
    }

    @Test
    void rolesWithoutAnInstrumentAreSilent() {
        var silent = new Sheet(new int[] {0, 1, 4, 60, 1, 0, 0, 0, 0, 0});
        assertEquals(List.of(), Score.notes(CONFIG, silent, new int[][][] {bar(new int[] {0, 2, 67}, new int[] {4, 3, 1})}));
    }

    /** The second eighth of a beat lies where the style has it, and sixteenths halve what is between. */
    @Test
    void swing() {
        NanoConfig shuffle = NanoConfigTest.read(TinyNano.JSON.replaceFirst("\"swing\": 0.5", "\"swing\": 0.6"));
        List<Note> drums = Score.notes(shuffle, SHEET, new int[][][] {bar(new int[] {0, 0, 1}, new int[] {1, 0, 1}, new int[] {2, 0, 1}, new int[] {3, 0, 1},
                new int[] {4, 0, 1})});
        double[] beats = {0, 0.3, 0.6, 0.8, 1};
        for (int i = 0; i < beats.length; i++) assertEquals(beats[i] * 0.5, drums.get(i).start(), 1e-12);
    }

    /** What ended in the bars so far, and what sounds, are all notes. */
    @Test
    void barByBarAsAWhole() {
        var random = new Random(3);
        for (int run = 0; run < 20; run++) {
            var bars = new int[1 + random.nextInt(6)][16][2];
            for (int[][] bar : bars) {
                for (int[] step : bar) {
                    if (random.nextInt(3) == 0) step[0] = random.nextInt(8);
                    if (random.nextInt(3) == 0) step[1] = random.nextInt(96);
                }
            }
            Sheet sheet = run % 2 == 0 ? SHEET : new Sheet(new int[] {1, 0, 2, 37, 0, 1, 2, 3, 3, 4});
            var score = new Score(CONFIG, sheet);
            List<Note> notes = new ArrayList<>();
            for (int[][] bar : bars) {
                notes.addAll(score.read(bar));
                double now = score.seconds();
                assertEquals(0, notes.stream().filter(note -> note.end() > now).count());
            }
            notes.addAll(score.sounding());
            List<Note> whole = Score.notes(CONFIG, sheet, bars);
            assertEquals(whole.size(), notes.size());
            assertEquals(List.copyOf(whole).stream().map(Note::toString).sorted().toList(), notes.stream().map(Note::toString).sorted().toList());
        }
    }
}
