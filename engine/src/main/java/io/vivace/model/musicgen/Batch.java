package io.vivace.model.musicgen;

import io.vivace.model.musicgen.Decoder.Layout;
import io.vivace.model.musicgen.Windows.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Jobs that run as one: their frames, windows, prefix and guidance agree. */
record Batch(List<Job> jobs, Layout layout, List<Window> windows) {

    /**
     * Cross-attended tokens are rounded up to a multiple of this, and only prompts of the same rounded length go together: sums over tokens
     * may be ordered by their number, so this keeps a row's bits whatever its neighbours are.
     */
    private static final int TEXT_STEP = 64;

    private record Key(int samples, int known, double guidance, int text, int prefix) {}

    /** All jobs, in the order of their first in each batch. */
    static List<Batch> of(MusicGenConfig config, List<Job> jobs) {
        Map<Key, List<Job>> groups = new LinkedHashMap<>();
        for (Job job : jobs) groups.computeIfAbsent(key(config, job), key -> new ArrayList<>()).add(job);
        return groups.entrySet().stream().map(group -> of(config, group.getKey(), group.getValue())).toList();
    }

    private static Key key(MusicGenConfig config, Job job) {
        boolean cross = config.decoder().crossAttention();
        int prefix = cross ? 0 : config.chroma().length() + job.ids().length;
        int text = cross ? Math.ceilDiv(job.ids().length, TEXT_STEP) * TEXT_STEP : 0;
        return new Key(job.samples(), job.known(), job.guided() ? job.request().guidance() : 0, text, prefix);
    }

    private static Batch of(MusicGenConfig config, Key key, List<Job> jobs) {
        Job first = jobs.getFirst();
        List<Window> windows = config.windows(key.prefix).cover(first.known(), first.frames());
        int longest = windows.stream().mapToInt(Window::frames).max().orElseThrow();
        Layout layout = new Layout(jobs.size(), first.guided(), key.text, key.prefix, config.pattern().columns(longest));
        return new Batch(jobs, layout, windows);
    }

    Job first() {
        return jobs.getFirst();
    }

    /** Passes through the decoder, the first one of every window included. */
    int steps(DelayPattern pattern) {
        return windows.stream().mapToInt(window -> pattern.columns(window.frames()) - 1 - window.prompt()).sum();
    }
}
