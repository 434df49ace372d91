package io.vivace.backend.cuda;

/**
 * Memory of a program for what lies between two launches of one operation, or between the blocks of one. Zeroed once, before the first run;
 * launches run one after the other, so all operations share it. The first {@link #COUNTERS} bytes hold counters only, which every launch
 * leaves at zero; what lies behind them is left as it happens to be.
 */
record Scratch(long address, long bytes) {
    static final int COUNTERS = 1 << 16;

    /** Where an operation may put anything. */
    long data() {
        return address + COUNTERS;
    }

    /** The rest, for an operation without counters. */
    Scratch behindCounters() {
        return new Scratch(data(), bytes - COUNTERS);
    }
}
