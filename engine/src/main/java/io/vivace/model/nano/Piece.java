package io.vivace.model.nano;

import io.vivace.model.Run;
import io.vivace.model.TokenSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A piece on its way from sheet to notes. Bars are written when their notes are asked for. */
final class Piece {
    private static final Comparator<Note> ORDER = Comparator.comparingDouble(Note::start).thenComparingInt(Note::role).thenComparingInt(Note::pitch);

    private final BarWriter writer;
    private final Score score;
    private final int bars;
    private final boolean loop;
    private final double end;
    private final List<Note> ended = new ArrayList<>();
    private int[][] first;
    private int written;

    /**
     * Begins a piece.
     *
     * @param bars that are written
     * @param loop whether the first bar comes again at the end, and the piece never hears of its end
     * @param end  in seconds: how long the last notes ring, at least to the last bar's end
     */
    Piece(NanoConfig config, BarWriter writer, Sheet sheet, int bars, boolean loop, double end, TokenSettings settings) {
        this.writer = writer;
        this.bars = bars;
        this.loop = loop;
        this.end = end;
        score = new Score(config, sheet);
        writer.begin(List.of(sheet), new int[] {loop ? bars + config.lm().toEnd() : bars}, settings);
    }

    /** The notes that start before {@code until}, in seconds; ends that lie behind it may still change. */
    List<Note> notes(double until, Run run) {
        while (!whole() && score.seconds() < until) read(run);
        List<Note> notes = new ArrayList<>(ended);
        for (Note note : score.sounding()) {
            boolean rings = whole() && note.end() == score.seconds();
            notes.add(rings ? new Note(note.role(), note.pitch(), note.start(), Math.max(end, note.end())) : note);
        }
        notes.sort(ORDER);
        return notes;
    }

    private boolean whole() {
        return written == bars + (loop ? 1 : 0);
    }

    private void read(Run run) {
        int[][] bar = written == bars ? first : writer.next(run)[0];
        if (written == 0) first = bar;
        ended.addAll(score.read(bar));
        written++;
    }

    /** Forgets notes of which nothing is left at a frame of 8 ms and behind it. */
    void forget(long frame) {
        ended.removeIf(note -> NoteFeatures.gone(note) < frame && Excitations.gone(note) < frame * NanoConfig.HOP - Spectra.EDGE);
    }
}
