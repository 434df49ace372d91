// Blocks that wait for others which began before them. Blocks run one after the other here, so whoever has to wait would wait forever: a fault.
#pragma once
#include "intrinsics.cuh"

// Not noted as an atomic: the order in which blocks began says nothing about what they have written.
[[gnu::noinline, gnu::no_sanitize("thread")]] inline int draw_ticket(int *counter, int blocks) {
    const int ticket = *counter;
    *counter = ticket + 1 < blocks ? ticket + 1 : 0;
    return ticket;
}

EMULATED int publish(int *counter, int by) { return atomicAdd(counter, by); }

[[gnu::noinline, gnu::no_sanitize("thread")]] inline void wait_for(const int *counter, int bits, int value, const char *file = __builtin_FILE(),
                                                                   int line = __builtin_LINE()) {
    if ((*counter & bits) != value) emulation::fault("waits in %s:%d for blocks that have not run; on a device, maybe forever", file, line);
    if (EMULATED_RACES) emulation::note_atomic(counter);
}
