package io.vivace.cli;

import io.vivace.Trait;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a model takes the prompts of a run to mean: told as soon as it is known, and kept for the sidecars. */
final class Understanding {
    private final Terminal terminal;
    private final boolean quiet;
    private final Map<Integer, List<Trait>> clips = new TreeMap<>();

    Understanding(Terminal terminal, boolean quiet) {
        this.terminal = terminal;
        this.quiet = quiet;
    }

    void add(int clip, List<Trait> traits) {
        clips.put(clip, traits);
        if (quiet) return;
        String name = clip == 0 ? "" : "clip " + (clip + 1) + ", ";
        if (traits.stream().anyMatch(Trait::stated)) terminal.tell(name + "as asked: " + listed(traits, true));
        if (!traits.stream().allMatch(Trait::stated)) terminal.tell(name + "chosen: " + listed(traits, false));
    }

    private static String listed(List<Trait> traits, boolean stated) {
        return traits.stream().filter(trait -> trait.stated() == stated).map(trait -> trait.name() + " " + trait.value()).collect(Collectors.joining(", "));
    }

    /** Nothing for models that do not say it. */
    List<Trait> of(int clip) {
        return clips.getOrDefault(clip, List.of());
    }

    static Map<String, Object> document(List<Trait> traits) {
        var members = new LinkedHashMap<String, Object>();
        for (Trait trait : traits) {
            Object value = trait.value().matches("\\d{1,9}") ? (Object) Integer.parseInt(trait.value()) : trait.value();
            var member = new LinkedHashMap<String, Object>();
            member.put("value", value);
            member.put("stated", trait.stated());
            members.put(trait.name(), member);
        }
        return members;
    }
}
