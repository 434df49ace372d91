package io.vivace;

import java.time.Duration;
import java.util.Map;

/**
 * What a run took, counted while it ran.
 *
 * @param passes       network evaluations; a batch counts once
 * @param times        time inside each stage
 * @param elapsed      the whole run, on the clock
 * @param audioSeconds seconds of all clips together
 * @param tokens       codes drawn, of all codebooks and rows
 * @param savedPasses  network evaluations that drafts made needless
 */
public record Report(Map<Stage, Long> passes, Map<Stage, Duration> times, Duration elapsed, double audioSeconds, long tokens,
                     long savedPasses) {

    public long allPasses() {
        return passes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Seconds of audio made in a second; above 1 is faster than it plays. */
    public double realTimeFactor() {
        return audioSeconds / Math.max(1e-9, elapsed.toNanos() * 1e-9);
    }
}
