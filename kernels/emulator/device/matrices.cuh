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
        const uint32_t *words = static_cast<const uint32_t *>(row);
        for (int i = 0; i < 4; i++) warp.rows[me->lane][i] = words[i];
    }
    gather(0xffffffffu, collective, site);
    for (int tile = 0; tile < TILES; tile++) r[tile] = warp.tiles[tile][me->lane];
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
    emulation::Warp &warp = *emulation::current->warp;
    const int lane = emulation::current->lane;
    for (int i = 0; i < 4; i++) warp.a[i][lane] = a[i];
    for (int i = 0; i < 2; i++) warp.b[i][lane] = b[i];
    for (int i = 0; i < 4; i++) warp.d[i >> 1][lane][i & 1] = d[i];
    emulation::gather(0xffffffffu, emulation::Collective::MULTIPLY_ADD, {file, line});
    for (int i = 0; i < 4; i++) d[i] = warp.d[i >> 1][lane][i & 1];
}
