package io.vivace.model.nano;

/** Notes of tokens. */
public final class Score {
    /** The first values of the kinds of events: tones of an arpeggio, strikes of chords, onsets. */
    static final int REST = 1, ARP = 2, STRIKE = 10, ONSET = 2;
    static final int BASS_ONSETS = 24;
    /** Sets of drums that a token of the second stream tells apart, beside the melody's event. */
    static final int DRUM_SETS = 32;

    private Score() {}
}
