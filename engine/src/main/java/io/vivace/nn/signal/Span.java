package io.vivace.nn.signal;

import java.util.ArrayList;
import java.util.List;

/** Frames {@code from} (inclusive) to {@code to} (exclusive) of a signal; an end that is not known lies {@link #FAR} away. */
public record Span(long from, long to) {
    /** Beyond every clip, and small enough to be multiplied by a hop. */
    public static final long FAR = 1L << 40;

    public static final Span EVERYWHERE = new Span(-FAR, FAR);

    /** A signal that begins at 0 and whose end is not known yet. */
    public static final Span OPEN = new Span(0, FAR);

    public static Span first(long count) {
        return new Span(0, count);
    }

    public long length() {
        return to - from;
    }

    public Span shift(long by) {
        return new Span(from + by, to + by);
    }

    /** The same stretch of time at a rate that is higher by a factor. */
    public Span times(int factor) {
        return new Span(from * factor, to * factor);
    }

    public Span within(Span limits) {
        return new Span(Math.max(from, limits.from), Math.min(to, limits.to));
    }

    /** The smallest span that covers both. */
    public Span and(Span other) {
        return new Span(Math.min(from, other.from), Math.max(to, other.to));
    }

    /** The span cut into blocks of equal length; the last may be shorter. */
    public List<Span> blocks(long length) {
        List<Span> blocks = new ArrayList<>();
        for (long at = from; at < to; at += length) blocks.add(new Span(at, Math.min(at + length, to)));
        return blocks;
    }
}
