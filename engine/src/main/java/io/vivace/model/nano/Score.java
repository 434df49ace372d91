package io.vivace.model.nano;

import io.vivace.model.nano.NanoConfig.Harmony;
import io.vivace.model.nano.NanoConfig.Quality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Notes of tokens, bar by bar, as training/nano/score.py has them. A token of the first stream means an event of the chords and one of the bass; one of the
 * second means {@code 32 · melody event + set of drums}.
 * <ul>
 * <li>chords: 0 hold, 1 rest, 2 … 9 a tone of the arpeggio, then strikes: {@code 10 + qualities · semitones above the tonic + quality}
 * <li>bass and melody: 0 hold, 1 rest, then onsets in semitones above the lowest tonic of the voice
 * </ul>
 */
public final class Score {
    static final int HOLD = 0, REST = 1, ARP = 2, STRIKE = 10, ONSET = 2, BASS_ONSETS = 24;
    /** Sets of drums that a token of the second stream tells apart, beside the melody's event. */
    static final int DRUM_SETS = 32;
    private static final int BASS_LOWEST = 28, MELODY_LOWEST = 57, CHORD_LOWEST = 55, POWER_LOWEST = 40;
    /** Beats that a tone of the arpeggio sounds at most. */
    private static final int ARP_BEATS = 2;

    private final NanoConfig config;
    private final Sheet sheet;
    private final List<List<Note>> sounding = new ArrayList<>();
    /** Pitches of the current chord, ascending; null before the first. */
    private int[] chord;
    private int bars;

    public Score(NanoConfig config, Sheet sheet) {
        this.config = config;
        this.sheet = sheet;
        for (int role = 0; role < NanoConfig.ROLES; role++) sounding.add(new ArrayList<>());
    }

    /** All notes of a piece, by start, role and pitch; those that sound at its end, end there. */
    public static List<Note> notes(NanoConfig config, Sheet sheet, int[][][] bars) {
        var score = new Score(config, sheet);
        List<Note> notes = new ArrayList<>();
        for (int[][] bar : bars) notes.addAll(score.read(bar));
        notes.addAll(score.sounding());
        notes.sort(Comparator.comparingDouble(Note::start).thenComparingInt(Note::role).thenComparingInt(Note::pitch));
        return notes;
    }

    /**
     * Reads the next bar.
     *
     * @param bar [steps][2]
     * @return the notes that ended in it
     */
    public List<Note> read(int[][] bar) {
        List<Note> ended = new ArrayList<>();
        for (int step = 0; step < sheet.style(config).metre().steps(); step++) {
            double time = seconds(bars, step);
            Harmony harmony = config.harmony().get(bar[step][0]);
            if (harmony.chord() != HOLD) harmony(harmony.chord(), time, ended);
            voice(Note.BASS, harmony.bass(), BASS_LOWEST, time, ended);
            voice(Note.MELODY, bar[step][1] / DRUM_SETS, MELODY_LOWEST, time, ended);
            drums(bar[step][1] % DRUM_SETS, time, ended);
        }
        bars++;
        return ended;
    }

    /** The notes that sound at the end of the bars so far, as if the piece ended there. */
    public List<Note> sounding() {
        List<Note> last = new ArrayList<>();
        for (List<Note> role : sounding) for (Note note : role) last.add(cut(note, seconds()));
        return last;
    }

    /** Seconds of the bars so far. */
    public double seconds() {
        return seconds(bars, 0);
    }

    /** Where a step begins. In 4/4 the second eighth of each beat lies where the style's swing has it. */
    double seconds(int bar, int step) {
        Metre metre = sheet.style(config).metre();
        int perBeat = metre.stepsPerBeat();
        double offset = (double) (step % perBeat) / perBeat, swing = sheet.style(config).swing();
        if (metre == Metre.FOUR_FOUR) offset = offset < 0.5 ? 2 * swing * offset : swing + (offset - 0.5) * 2 * (1 - swing);
        return (bar * (metre.steps() / perBeat) + step / perBeat + offset) * 60.0 / sheet.tempo();
    }

    private void harmony(int event, double time, List<Note> ended) {
        boolean strike = event >= STRIKE, rest = event == REST, arp = sheet.instrument(Note.ARP) != 0;
        if (strike) chord = voicing((event - STRIKE) / config.qualities().size(), config.qualities().get((event - STRIKE) % config.qualities().size()));
        if (strike || rest) end(Note.CHORDS, time, ended);
        if (strike && sheet.instrument(Note.CHORDS) != 0) for (int pitch : chord) start(Note.CHORDS, pitch, time);
        if (rest || arp && chord != null) end(Note.ARP, time, ended);
        if (!rest && arp && chord != null) {
            int tone = strike ? 0 : event - ARP;
            start(Note.ARP, chord[tone % chord.length] + 12 + 12 * (tone / chord.length), time);
        }
    }

    /** Each class of pitches has one place, so that common tones stay; bare fifths lie low. */
    private int[] voicing(int root, Quality quality) {
        int tonic = sheet.key() + root;
        if (quality.power()) return quality.intervals().stream().mapToInt(i -> lowest(tonic, POWER_LOWEST) + i).toArray();
        return quality.intervals().stream().mapToInt(i -> lowest(tonic + i, CHORD_LOWEST)).sorted().toArray();
    }

    /** The lowest pitch of a class that is not below the floor. */
    private static int lowest(int pitch, int floor) {
        return floor + Math.floorMod(pitch - floor, 12);
    }

    private void voice(int role, int event, int lowest, double time, List<Note> ended) {
        if (event == HOLD || sheet.instrument(role) == 0) return;
        end(role, time, ended);
        if (event != REST) start(role, lowest(sheet.key(), lowest) + event - ONSET, time);
    }

    /** A set that the table does not have is silent. */
    private void drums(int set, double time, List<Note> ended) {
        if (sheet.instrument(Note.KIT) == 0 || set >= config.drumSets().size()) return;
        for (int drum = 0; drum < NanoConfig.DRUMS; drum++) {
            if ((config.drumSets().get(set) >> drum & 1) == 1) ended.add(new Note(Note.KIT, drum, time, time));
        }
    }

    private void start(int role, int pitch, double time) {
        sounding.get(role).add(new Note(role, pitch, time, Double.POSITIVE_INFINITY));
    }

    private void end(int role, double time, List<Note> ended) {
        for (Note note : sounding.get(role)) ended.add(cut(note, time));
        sounding.get(role).clear();
    }

    private Note cut(Note note, double time) {
        double longest = note.role() == Note.ARP ? ARP_BEATS * 60.0 / sheet.tempo() : Double.POSITIVE_INFINITY;
        return new Note(note.role(), note.pitch(), note.start(), Math.min(time, note.start() + longest));
    }
}
