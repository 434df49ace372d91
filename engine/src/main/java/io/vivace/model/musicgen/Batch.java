package io.vivace.model.musicgen;

import io.vivace.model.musicgen.Decoder.Layout;
import io.vivace.model.musicgen.Windows.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Jobs that run as one: their frames, windows, prefix and guidance agree. */
record Batch(List<Job> jobs, Layout layout, List<Window> windows) {

    /** Cross-attended tokens are rounded up to a multiple of this, so that prompts of like length have the same shapes. */
    private static final int TEXT_STEP = 32;

    private record Key(int samples, int known, double guidance, boolean text, int prefix) {}

    /** All jobs, in the order of their first in each batch. */
    static List<Batch> of(MusicGenConfig config, List<Job> jobs) {
        Map<Key, List<Job>> groups = new LinkedHashMap<>();
        for (Job job : jobs) groups.computeIfAbsent(key(config, job), key -> new ArrayList<>()).add(job);
        return groups.values().stream().map(group -> of(config, group, key(config, group.getFirst()).prefix)).toList();
    }

    private static Key key(MusicGenConfig config, Job job) {
        boolean cross = config.decoder().crossAttention();
        int prefix = cross ? 0 : config.chroma().length() + job.ids().length;
        return new Key(job.samples(), job.known(), job.guided() ? job.request().guidance() : 0, cross && job.ids().length > 0, prefix);
    }

    private static Batch of(MusicGenConfig config, List<Job> jobs, int prefix) {
        Job first = jobs.getFirst();
        List<Window> windows = config.windows(prefix).cover(first.known(), first.frames());
        int longest = windows.stream().mapToInt(Window::frames).max().orElseThrow();
        int tokens = prefix > 0 ? 0 : jobs.stream().mapToInt(job -> job.ids().length).max().orElseThrow();
        int text = Math.ceilDiv(tokens, TEXT_STEP) * TEXT_STEP;
        return new Batch(jobs, new Layout(jobs.size(), first.guided(), text, prefix, config.pattern().columns(longest)), windows);
    }

    Job first() {
        return jobs.getFirst();
    }

    /** Passes through the decoder, the first one of every window included. */
    int steps(DelayPattern pattern) {
        return windows.stream().mapToInt(window -> pattern.columns(window.frames()) - 1 - window.prompt()).sum();
    }
}
