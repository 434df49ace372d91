#include "block.h"

namespace emulation {

void finish_copies(int groups_left) {
    Thread &me = *current;
    const int finished = static_cast<int>(me.groups.size()) - groups_left;
    const int count = me.groups[finished - 1];
    for (int i = 0; i < count; i++) {
        const AsyncCopy &copy = me.copies[i];
        copy.shared[0] = copy.words[0];
        copy.shared[1] = copy.words[1];
    }
    me.copies.erase(me.copies.begin(), me.copies.begin() + count);
    me.groups.erase(me.groups.begin(), me.groups.begin() + finished);
    for (int &group : me.groups) group -= count;
}

void check_shared(const void *address, int bytes, const char *what, Site site) {
    const char *p = static_cast<const char *>(address);
    const char *dynamic = reinterpret_cast<const char *>(block.dynamic_shared);
    if (p >= block.kernel->shared_begin && p + bytes <= block.kernel->shared_end) return;
    if (p >= dynamic && p + bytes <= dynamic + block.kernel->dynamic_bytes) return;
    fault("%s of %p, which is no shared memory, in %s:%d", what, address, site.file, site.line);
}

}
