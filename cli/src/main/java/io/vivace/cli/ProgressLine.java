package io.vivace.cli;

import io.vivace.Listener;
import io.vivace.Progress;
import io.vivace.Trait;
import io.vivace.audio.Clip;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells how far a run is: one line that is overwritten, JSON lines, or nothing. */
final class ProgressLine implements Listener {
    private static final long PAUSE_NANOS = 100_000_000;

    /** How progress is shown. */
    enum Style { AUTO, TEXT, JSON, NONE }

    private final Terminal terminal;
    private final Interrupt interrupt;
    private final Style style;
    private final Understanding understanding;
    private final Consumer<Clip> chunks;
    private final long started = System.nanoTime();
    private long last = started - PAUSE_NANOS;
    private boolean dirty;
    private Instant firstCall;

    ProgressLine(Terminal terminal, Interrupt interrupt, Style style, Understanding understanding, Consumer<Clip> chunks) {
        this.terminal = terminal;
        this.interrupt = interrupt;
        this.style = style == Style.AUTO ? terminal.interactive() ? Style.TEXT : Style.NONE : style;
        this.understanding = understanding;
        this.chunks = chunks;
    }

    @Override public void understood(int clip, List<Trait> traits) {
        understanding.add(clip, traits);
    }

    @Override public void progress(Progress progress) {
        long now = System.nanoTime();
        if (style == Style.NONE || now - last < PAUSE_NANOS && progress.done() < progress.total()) return;
        last = now;
        double elapsed = (now - started) * 1e-9, left = elapsed * (progress.total() - progress.done()) / Math.max(1, progress.done());
        if (style == Style.JSON) {
            terminal.err().println(Document.json(Map.of("event", "progress", "stage", progress.stage().title(), "done", progress.done(),
                    "total", progress.total(), "elapsedSeconds", elapsed, "leftSeconds", left)));
        } else {
            terminal.err().print(String.format(Locale.ROOT, "\r%3d %%  %s, step %d of %d, %s left   ", 100 * progress.done() / Math.max(1, progress.total()),
                    progress.stage().title(), progress.done(), progress.total(), clock(left)));
            terminal.err().flush();
            dirty = true;
        }
    }

    @Override public void chunk(Clip chunk) {
        chunks.accept(chunk);
    }

    /** Asked before each network call, so the first time tells what the start cost. */
    @Override public boolean cancelled() {
        if (firstCall == null) firstCall = Instant.now();
        return interrupt.raised();
    }

    /** From the start of the JVM to the first network call. The kernel's start of the process would be up to a second wrong: its boot is in whole seconds. */
    Optional<Duration> startUp() {
        return Optional.ofNullable(firstCall).map(call -> Duration.between(Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()), call));
    }

    /** Frees the line for what comes next. */
    void clear() {
        if (!dirty) return;
        terminal.err().print("\r" + " ".repeat(78) + "\r");
        dirty = false;
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
