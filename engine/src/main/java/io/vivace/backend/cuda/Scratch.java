package io.vivace.backend.cuda;

/**
 * Memory of a program for what lies between two launches of one operation, or between the blocks of one. Zeroed once, before the first run;
 * launches run one after the other, so all operations share it. The first {@link #COUNTERS} bytes hold counters only, which every launch
 * leaves at zero; what lies behind them is left as it happens to be.
 */
record Scratch(long address, long bytes) {
    static final int COUNTERS = 1 << 16;

    /** Of the counters, what an operation may take; the last two are those of launches of two operations. */
    static final int MOST_COUNTERS = COUNTERS / Integer.BYTES - 2;

    /** Counters of tickets. */
    long tickets() {
        return address + MOST_COUNTERS * (long) Integer.BYTES;
    }

    /** Where an operation may put anything. */
    long data() {
        return address + COUNTERS;
    }

    /** The rest, for an operation without counters. */
    Scratch behindCounters() {
        return new Scratch(data(), bytes - COUNTERS);
    }
}
