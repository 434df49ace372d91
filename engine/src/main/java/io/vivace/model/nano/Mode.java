package io.vivace.model.nano;

import java.util.Locale;

/** Scales, in the order of the sheet's field. */
public enum Mode {
    MAJOR, MINOR, DORIAN;

    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }
}
