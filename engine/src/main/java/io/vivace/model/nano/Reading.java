package io.vivace.model.nano;

import io.vivace.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a prompt was read as.
 *
 * @param stated for each field of the sheet, whether the prompt says it; the others were drawn
 */
public record Reading(Sheet sheet, boolean[] stated) {
    private static final Pattern FIGURES = Pattern.compile("\\d+");

    /**
     * What the network read in a prompt. A tempo is stated in figures, so one that does not stand in the prompt was not asked for: 400 beats a minute, say,
     * are more than any piece has.
     */
    static Reading of(String prompt, Sheet sheet, boolean[] stated) {
        String tempo = Integer.toString(sheet.tempo());
        boolean[] checked = stated.clone();
        checked[Sheet.TEMPO] &= FIGURES.matcher(prompt).results().anyMatch(figures -> figures.group().equals(tempo));
        return new Reading(sheet, checked);
    }

    /** For people; roles without an instrument are left out, but where the prompt wants none. */
    public List<Trait> traits(NanoConfig config) {
        List<Trait> traits = new ArrayList<>();
        for (int field = 0; field < stated.length; field++) {
            boolean none = field >= Sheet.BASS && sheet.fields()[field] == 0;
            if (!none || stated[field]) traits.add(new Trait(Sheet.FIELDS.get(field), value(config, field), stated[field]));
        }
        traits.add(1, new Trait("metre", sheet.style(config).metre().title(), stated[Sheet.STYLE]));
        return traits;
    }

    private String value(NanoConfig config, int field) {
        int value = sheet.fields()[field];
        return switch (field) {
            case Sheet.STYLE -> config.styles().get(value).name();
            case Sheet.MODE -> config.modes().get(value);
            case Sheet.KEY -> config.keys().get(value);
            case Sheet.TEMPO -> Integer.toString(sheet.tempo());
            case Sheet.ENERGY -> config.energies().get(value);
            default -> config.instruments().get(value).name();
        };
    }
}
