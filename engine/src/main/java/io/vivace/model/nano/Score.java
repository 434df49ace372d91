package io.vivace.model.nano;

/** Notes of tokens. */
public final class Score {
    /** Events of the first stream: hold, rest, eight tones of an arpeggio, then twelve roots with nine qualities; hold, rest, then onsets. */
    static final int CHORD_EVENTS = 10 + 12 * 9, BASS_EVENTS = 2 + 24;
    /** Sets of drums that a token of the second stream tells apart, beside the melody's event. */
    static final int DRUM_SETS = 32;

    private Score() {}
}
