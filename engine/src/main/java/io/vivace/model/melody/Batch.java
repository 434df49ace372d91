package io.vivace.model.melody;

import io.vivace.Denoising;
import io.vivace.model.diffusion.Walk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Jobs that run as one: their lengths, what they compose, guidance and denoising agree. */
record Batch(List<Job> jobs) {

    private record Key(int samples, Course course, double guidance, Denoising denoising) {}

    /** All jobs, in the order of their first in each batch. */
    static List<Batch> of(List<Job> jobs) {
        Map<Key, List<Job>> groups = new LinkedHashMap<>();
        for (Job job : jobs) {
            Key key = new Key(job.samples(), job.course(), job.request().guidance(), job.request().denoising());
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(job);
        }
        return groups.values().stream().map(Batch::new).toList();
    }

    Job first() {
        return jobs.getFirst();
    }

    Course course() {
        return first().course();
    }

    /** How its noise becomes latents. */
    Walk walk() {
        return Walk.of(first().request().denoising(), first().request().guidance());
    }

    /** Evaluations of the denoiser. */
    int denoisings() {
        return course().windows().size() * first().request().denoising().steps();
    }

    int size() {
        return jobs.size();
    }
}
