package io.vivace.backend;

import io.vivace.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up the times of operations, for one back end and all its programs. */
public final class Stopwatch {
    private record Key(String program, String operation) {}

    private final Map<Key, Profile.Row> rows = new LinkedHashMap<>();

    /** One run of an operation. */
    public synchronized void add(String program, String operation, long nanos, long bytes) {
        rows.merge(new Key(program, operation), new Profile.Row(program, operation, 1, Duration.ofNanos(nanos), bytes),
                (a, b) -> new Profile.Row(program, operation, a.count() + b.count(), a.time().plus(b.time()), a.bytes() + b.bytes()));
    }

    /** All so far, the slowest first. */
    public synchronized List<Profile.Row> rows() {
        List<Profile.Row> sorted = new ArrayList<>(rows.values());
        sorted.sort(Comparator.comparing(Profile.Row::time).reversed());
        return sorted;
    }
}
