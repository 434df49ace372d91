package io.vivace.bindings.cuda;

import java.lang.foreign.Arena;

/**
 * A named stretch of the calling thread's time that Nsight Systems shows, for try-with-resources. Costs next to nothing where no profiler listens.
 */
public final class Range implements AutoCloseable {
    private static final Range UNHEARD = new Range(null);

    private final Profiler profiler;

    private Range(Profiler profiler) {
        this.profiler = profiler;
    }

    /** Begins here and ends when closed, on the same thread; may hold others. */
    public static Range of(String name) {
        Profiler profiler = Profiler.ATTACHED;
        if (profiler == null) return UNHEARD;
        try (Arena arena = Arena.ofConfined()) {
            profiler.push(arena.allocateFrom(name));
        }
        return new Range(profiler);
    }

    @Override
    public void close() {
        if (profiler != null) profiler.pop();
    }
}
