package io.vivace.model.nano;

import io.vivace.model.nano.NanoConfig.Style;
import java.util.Arrays;
import java.util.List;

/**
 * What a piece will be, in ten numbers.
 *
 * @param fields one value a field, in the order of {@link #FIELDS}
 */
public record Sheet(int[] fields) {
    public static final List<String> FIELDS = List.of("style", "mode", "key", "tempo", "energy", "bass", "chords", "arp", "melody", "kit");
    /** Places of the fields. The instruments' follow one another in the order of the roles. */
    public static final int STYLE = 0, MODE = 1, KEY = 2, TEMPO = 3, ENERGY = 4, BASS = 5, CHORDS = 6, ARP = 7, MELODY = 8, KIT = 9;

    public int style() {
        return fields[STYLE];
    }

    /** Which of the model's scales. */
    public int mode() {
        return fields[MODE];
    }

    /** Semitones above C. */
    public int key() {
        return fields[KEY];
    }

    /** Felt beats a minute. */
    public int tempo() {
        return NanoConfig.FIRST_TEMPO + fields[TEMPO];
    }

    /** 0 calm, 1 medium, 2 energetic. */
    public int energy() {
        return fields[ENERGY];
    }

    /** The instrument of a role, 0: none. Roles are numbered as in {@link Note}. */
    public int instrument(int role) {
        return fields[BASS + role];
    }

    /** Instruments of all roles. */
    public int[] instruments() {
        return Arrays.copyOfRange(fields, BASS, BASS + NanoConfig.ROLES);
    }

    public Style style(NanoConfig config) {
        return config.styles().get(style());
    }

    /** Seconds of a step where nothing swings. */
    public double secondsPerStep(NanoConfig config) {
        return 60.0 / tempo() / style(config).metre().stepsPerBeat();
    }

    public double secondsPerBar(NanoConfig config) {
        return style(config).metre().steps() * secondsPerStep(config);
    }
}
