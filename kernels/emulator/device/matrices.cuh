// ldmatrix and mma.sync to the fragment layouts of the PTX manual. All 32 lanes take part.
#pragma once
#include <cstdint>
#include <cstring>

#include "../runtime/block.h"

namespace emulation {

template <int TILES> inline void load_matrix(uint32_t (&r)[TILES], const void *row, Collective collective, Site site) {
    const Thread *me = current;
    Warp &warp = *me->warp;
    if (me->lane < 8 * TILES) {
        if ((reinterpret_cast<uintptr_t>(row) & 15) != 0) fault("ldmatrix of a misaligned row %p in %s:%d", row, site.file, site.line);
        check_shared(row, 16, "ldmatrix", site);
        const uint64_t *words = static_cast<const uint64_t *>(row);
        uint64_t *mine = reinterpret_cast<uint64_t *>(warp.rows[me->lane]);
        mine[0] = words[0];
        mine[1] = words[1];
    }
    gather(0xffffffffu, collective, site);
    memcpy(r, warp.tiles[me->lane], sizeof r);
}

}

#define EMULATED_LOAD(name, tiles, collective)                                                                                         \
    inline void name(uint32_t (&r)[tiles], const void *row, const char *file = __builtin_FILE(), int line = __builtin_LINE()) {        \
        emulation::load_matrix<tiles>(r, row, emulation::Collective::collective, {file, line});                                        \
    }
EMULATED_LOAD(load_matrix4, 4, LOAD_MATRIX)
EMULATED_LOAD(load_matrix4_transposed, 4, LOAD_MATRIX_TRANSPOSED)
EMULATED_LOAD(load_matrix2, 2, LOAD_MATRIX)
EMULATED_LOAD(load_matrix2_transposed, 2, LOAD_MATRIX_TRANSPOSED)
#undef EMULATED_LOAD

inline void multiply_add(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
    const emulation::Thread *me = emulation::current;
    auto &mine = me->warp->fragments[me->lane];
    memcpy(mine.a, a, sizeof mine.a);
    memcpy(mine.b, b, sizeof mine.b);
    memcpy(mine.d, d, sizeof mine.d);
    emulation::gather(0xffffffffu, emulation::Collective::MULTIPLY_ADD, {file, line});
    memcpy(d, mine.d, sizeof mine.d);
}
