package io.vivace.model.ssmttm;

import io.vivace.model.ssmttm.Prompts.Key;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Jobs that run as one: their lengths, the lengths of their prompts, and guidance agree. */
record Batch(List<Job> jobs, Layout layout) {

    private record Together(int samples, int tokens, double guidance, int denoising) {}

    /** All jobs, in the order of their first in each batch. */
    static List<Batch> of(SsmTtmConfig config, List<Job> jobs) {
        Map<Together, List<Job>> groups = new LinkedHashMap<>();
        for (Job job : jobs) {
            var key = new Together(job.samples(), job.ids().length, job.guided() ? job.request().guidance() : 0, job.request().denoising().steps());
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(job);
        }
        return groups.values().stream().map(group -> together(config, group)).toList();
    }

    private static Batch together(SsmTtmConfig config, List<Job> jobs) {
        Job first = jobs.getFirst();
        // Only self-attention keeps the past, and so depends on the length.
        int frames = config.lm().selfAttention() ? config.steps(first.frames()) : 0;
        return new Batch(jobs, new Layout(jobs.size(), first.guided(), Math.max(first.ids().length, config.lm().leastText()), frames));
    }

    Job first() {
        return jobs.getFirst();
    }

    /** The texts of all rows: the prompts, then, with guidance, the empty one for each. */
    List<Key> texts(int[] empty) {
        List<Key> keys = new ArrayList<>();
        for (Job job : jobs) keys.add(Key.of(job.ids(), job.ids().length));
        if (layout.guided()) for (Job job : jobs) keys.add(Key.of(empty, job.ids().length));
        return keys;
    }
}
