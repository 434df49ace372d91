package io.vivace.model.nano;

/**
 * A note of a score.
 *
 * @param role  0 bass, 1 chords, 2 arpeggio, 3 melody, 4 drum kit
 * @param pitch in MIDI's numbers; of the kit: the class of drum
 * @param start in seconds, as {@code end}; a drum ends when it starts
 */
public record Note(int role, int pitch, double start, double end) {
    public static final int BASS = 0, CHORDS = 1, ARP = 2, MELODY = 3, KIT = 4;
}
