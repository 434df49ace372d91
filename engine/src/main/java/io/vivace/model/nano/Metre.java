package io.vivace.model.nano;

import io.vivace.weights.Json.ObjectNode;
import java.util.Arrays;

/** How a bar is divided. */
public enum Metre {
    FOUR_FOUR("4/4", 16, 4), THREE_FOUR("3/4", 12, 4), SIX_EIGHT("6/8", 12, 6);

    private final String title;
    private final int steps, stepsPerBeat;

    Metre(String title, int steps, int stepsPerBeat) {
        this.title = title;
        this.steps = steps;
        this.stepsPerBeat = stepsPerBeat;
    }

    static Metre read(ObjectNode config) {
        String written = config.text("metre");
        return Arrays.stream(values()).filter(metre -> metre.title.equals(written)).findFirst()
                .orElseThrow(() -> config.get("metre").wrong("one of " + Arrays.stream(values()).map(Metre::title).toList()));
    }

    public String title() {
        return title;
    }

    /** Steps of a bar. */
    public int steps() {
        return steps;
    }

    /** Steps of a felt beat, which the tempo counts. */
    public int stepsPerBeat() {
        return stepsPerBeat;
    }
}
