// cp.async: what was copied is there only after the wait for its group. Until then the destination holds poison, so that a missing wait,
// and a buffer that others still read while it is filled anew, show.
#pragma once
#include <cstdint>
#include <cstring>

#include "../runtime/block.h"

inline void copy_async16(void *shared, const void *global, bool present = true, const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (((reinterpret_cast<uintptr_t>(shared) | reinterpret_cast<uintptr_t>(global)) & 15) != 0) {
        emulation::fault("cp.async of misaligned addresses %p, %p in %s:%d", shared, global, file, line);
    }
    emulation::check_shared(shared, 16, "cp.async", {file, line});
    emulation::AsyncCopy copy = {static_cast<uint64_t *>(shared), {0, 0}};
    if (present) {
        copy.words[0] = static_cast<const uint64_t *>(global)[0];
        copy.words[1] = static_cast<const uint64_t *>(global)[1];
    }
    copy.shared[0] = copy.shared[1] = ~0ull;
    emulation::current->copies.push_back(copy);
}

inline void copy_async_commit() {
    emulation::Thread &me = *emulation::current;
    me.groups.push_back(static_cast<int>(me.copies.size()));
}

template <int N> inline void copy_async_wait() {
    if (emulation::current->groups.size() > N) emulation::finish_copies(N);
}
