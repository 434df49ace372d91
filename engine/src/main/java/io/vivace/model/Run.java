package io.vivace.model;

import io.vivace.Cancelled;
import io.vivace.Listener;
import io.vivace.Progress;
import io.vivace.Report;
import io.vivace.Stage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The course of one run: counts passes and times, tells the listener, and ends when the listener wishes so. */
public final class Run {
    private final Listener listener;
    private long total;
    private final long started = System.nanoTime();
    private final Map<Stage, Long> passes = new EnumMap<>(Stage.class);
    private final Map<Stage, Duration> times = new EnumMap<>(Stage.class);
    private long steps;
    private long tokens;
    private long saved;

    /** @param total steps that there will be, for the listener */
    public Run(Listener listener, long total) {
        this.listener = listener;
        this.total = total;
    }

    /** Says how many steps there will be, where that only shows on the way. */
    public void expect(long steps) {
        total = steps;
    }

    /** One network evaluation. Throws {@link Cancelled} instead of starting it, if the listener wishes so. */
    public <T> T pass(Stage stage, Supplier<T> work) {
        checkCancelled();
        T result = timed(stage, work);
        passes.merge(stage, 1L, Long::sum);
        return result;
    }

    /** One network evaluation that gives nothing back, as {@link #pass(Stage, Supplier)}. */
    public void pass(Stage stage, Runnable work) {
        pass(stage, () -> {
            work.run();
            return null;
        });
    }

    /** Some network evaluations, as counted by who takes them. Throws {@link Cancelled} instead of starting, if the listener wishes so. */
    public <T> T passes(Stage stage, LongSupplier counter, Supplier<T> work) {
        checkCancelled();
        long before = counter.getAsLong();
        T result = timed(stage, work);
        passes.merge(stage, counter.getAsLong() - before, Long::sum);
        return result;
    }

    private void checkCancelled() {
        if (listener.cancelled()) throw new Cancelled("The run was cancelled after " + steps + " of " + total + " steps.");
    }

    /** Work that counts to the time of a stage, as waiting for its device does. */
    public <T> T timed(Stage stage, Supplier<T> work) {
        long start = System.nanoTime();
        T result = work.get();
        times.merge(stage, Duration.ofNanos(System.nanoTime() - start), Duration::plus);
        return result;
    }

    /** Counts network evaluations that a draft made needless. */
    public void saved(int passes) {
        saved += passes;
    }

    /** Tells the listener of a finished step, which drew so many tokens. */
    public void stepped(Stage stage, int drawn) {
        steps++;
        tokens += drawn;
        listener.progress(new Progress(stage, steps, total));
    }

    public Report report(double audioSeconds) {
        return new Report(Map.copyOf(passes), Map.copyOf(times), Duration.ofNanos(System.nanoTime() - started), audioSeconds, tokens, saved);
    }
}
