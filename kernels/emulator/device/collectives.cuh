// Barriers and what the lanes of a warp do together. Each remembers its place in the kernel's source: lanes that come to different
// places have diverged.
#pragma once
#include <cstdint>
#include <cstring>

#include "../runtime/block.h"

#define EMULATED_SITE const char *file = __builtin_FILE(), int line = __builtin_LINE()

inline void __syncthreads(EMULATED_SITE) { emulation::wait_at_barrier({file, line}); }
inline void __syncwarp(uint32_t mask = 0xffffffffu, EMULATED_SITE) { emulation::gather(mask, emulation::Collective::SYNC, {file, line}); }

namespace emulation {

template <typename T> inline T shuffle(uint32_t mask, T value, int source, Site site) {
    static_assert(sizeof(T) == 4 || sizeof(T) == 8, "shuffles move 4 or 8 bytes");
    const Thread *me = current;
    Warp &warp = *me->warp;
    warp.in[me->lane] = 0;
    memcpy(&warp.in[me->lane], &value, sizeof value);
    warp.source[me->lane] = static_cast<uint8_t>(source);
    gather(mask, Collective::SHUFFLE, site);
    memcpy(&value, &warp.out[me->lane], sizeof value);
    return value;
}

inline uint32_t ballot(uint32_t mask, bool predicate, Site site) {
    const Thread *me = current;
    me->warp->in[me->lane] = predicate;
    gather(mask, Collective::BALLOT, site);
    return static_cast<uint32_t>(me->warp->out[me->lane]);
}

}

// A lane whose source lies outside its section of the warp keeps its own value.
template <typename T> inline T __shfl_sync(uint32_t mask, T value, int source, int width = 32, EMULATED_SITE) {
    const int lane = emulation::current->lane;
    return emulation::shuffle(mask, value, (lane & ~(width - 1)) | (source & (width - 1)), {file, line});
}

template <typename T> inline T __shfl_xor_sync(uint32_t mask, T value, int bits, int width = 32, EMULATED_SITE) {
    const int lane = emulation::current->lane, source = lane ^ bits;
    return emulation::shuffle(mask, value, source > (lane | (width - 1)) ? lane : source, {file, line});
}

template <typename T> inline T __shfl_down_sync(uint32_t mask, T value, unsigned distance, int width = 32, EMULATED_SITE) {
    const int lane = emulation::current->lane, source = lane + static_cast<int>(distance);
    return emulation::shuffle(mask, value, source > (lane | (width - 1)) ? lane : source, {file, line});
}

template <typename T> inline T __shfl_up_sync(uint32_t mask, T value, unsigned distance, int width = 32, EMULATED_SITE) {
    const int lane = emulation::current->lane, source = lane - static_cast<int>(distance);
    return emulation::shuffle(mask, value, source < (lane & ~(width - 1)) ? lane : source, {file, line});
}

inline uint32_t __ballot_sync(uint32_t mask, int predicate, EMULATED_SITE) { return emulation::ballot(mask, predicate != 0, {file, line}); }
inline int __any_sync(uint32_t mask, int predicate, EMULATED_SITE) { return emulation::ballot(mask, predicate != 0, {file, line}) != 0; }
inline int __all_sync(uint32_t mask, int predicate, EMULATED_SITE) { return emulation::ballot(mask, predicate != 0, {file, line}) == mask; }
