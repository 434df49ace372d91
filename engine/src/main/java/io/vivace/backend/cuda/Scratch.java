package io.vivace.backend.cuda;

/**
 * Memory of a program for what lies between two launches of one operation. Zeroed once, before the first run; launches run one after the
 * other, so all operations share it. Counters in it must be left at zero.
 */
record Scratch(long address, long bytes) {}
