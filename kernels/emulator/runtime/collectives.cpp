// What the last lane to arrive works out for all.
#include <cstring>

#include "block.h"

namespace emulation {

namespace {

typedef uint16_t Halves __attribute__((vector_size(16)));
typedef uint32_t Words __attribute__((vector_size(32)));
typedef float Floats __attribute__((vector_size(32)));

// A value from a lane that takes no part is undefined; here it is poison. Results of lanes outside the mask may still wait to be read.
void shuffle(Warp &warp, uint32_t mask) {
    if (mask == ~0u) {
        for (int lane = 0; lane < 32; lane++) warp.out[lane] = warp.in[warp.source[lane] & 31];
        return;
    }
    for (uint32_t lanes = mask; lanes; lanes &= lanes - 1) {
        const int lane = __builtin_ctz(lanes), source = warp.source[lane] & 31;
        warp.out[lane] = mask >> source & 1 ? warp.in[source] : ~0ull;
    }
}

void ballot(Warp &warp, uint32_t mask) {
    uint32_t votes = 0;
    for (uint32_t lanes = mask; lanes; lanes &= lanes - 1) votes |= static_cast<uint32_t>(warp.in[__builtin_ctz(lanes)] & 1) << __builtin_ctz(lanes);
    for (uint32_t lanes = mask; lanes; lanes &= lanes - 1) warp.out[__builtin_ctz(lanes)] = votes;
}

// Tile m's rows came from lanes 8m…8m + 7. Lane l gets, of every tile, elements 2(l % 4) and the next of row l / 4: the l-th word.
void load_matrix(Warp &warp) { memcpy(warp.tiles, warp.rows, sizeof warp.tiles); }

template <int STEP> void exchange(Halves (&rows)[8]) {
    for (int i = 0; i < 8; i++) {
        if (i & STEP) continue;
        const Halves upper = rows[i], lower = rows[i + STEP];
        if constexpr (STEP == 1) {
            rows[i] = __builtin_shufflevector(upper, lower, 0, 8, 2, 10, 4, 12, 6, 14);
            rows[i + STEP] = __builtin_shufflevector(upper, lower, 1, 9, 3, 11, 5, 13, 7, 15);
        } else if constexpr (STEP == 2) {
            rows[i] = __builtin_shufflevector(upper, lower, 0, 1, 8, 9, 4, 5, 12, 13);
            rows[i + STEP] = __builtin_shufflevector(upper, lower, 2, 3, 10, 11, 6, 7, 14, 15);
        } else {
            rows[i] = __builtin_shufflevector(upper, lower, 0, 1, 2, 3, 8, 9, 10, 11);
            rows[i + STEP] = __builtin_shufflevector(upper, lower, 4, 5, 6, 7, 12, 13, 14, 15);
        }
    }
}

// The same of the transposed tiles.
void load_matrix_transposed(Warp &warp) {
    for (int tile = 0; tile < 4; tile++) {
        Halves rows[8];
        memcpy(rows, warp.rows[8 * tile], sizeof rows);
        exchange<1>(rows);
        exchange<2>(rows);
        exchange<4>(rows);
        memcpy(warp.tiles[tile], rows, sizeof rows);
    }
}

Floats widen(const uint32_t *pairs) {
    Halves halves;
    memcpy(&halves, pairs, sizeof halves);
    return reinterpret_cast<Floats>(__builtin_convertvector(halves, Words) << 16);
}

// d[16][8] += a[16][16]·b[16][8]. With g = lane / 4 and t = lane % 4, a lane's registers hold of a: (g, 2t), (g + 8, 2t), (g, 2t + 8),
// (g + 8, 2t + 8), each with its right neighbour; of b: (2t, g), (2t + 8, g), each with the one below; of d: (g, 2t), (g + 8, 2t), each with
// its right neighbour. So the registers of all lanes side by side are a and d by rows, and b by columns.
void multiply_add(Warp &warp) {
    Floats b[16];
    for (int half = 0; half < 2; half++) {
        for (int t = 0; t < 4; t++) {
            Words pairs;
            for (int g = 0; g < 8; g++) pairs[g] = warp.b[half][4 * g + t];
            b[8 * half + 2 * t] = reinterpret_cast<Floats>(pairs << 16);
            b[8 * half + 2 * t + 1] = reinterpret_cast<Floats>(pairs & 0xffff0000u);
        }
    }
    for (int row = 0; row < 16; row++) {
        const int below = row / 8, g = row % 8;
        const Floats left = widen(&warp.a[below][4 * g]), right = widen(&warp.a[below + 2][4 * g]);
        Floats sum;
        memcpy(&sum, warp.d[below][4 * g], sizeof sum);
        for (int k = 0; k < 8; k++) sum += left[k] * b[k];
        for (int k = 0; k < 8; k++) sum += right[k] * b[8 + k];
        memcpy(warp.d[below][4 * g], &sum, sizeof sum);
    }
}

}

void work_out(Warp &warp, uint32_t mask, Collective collective) {
    switch (collective) {
        case Collective::SYNC: break;
        case Collective::SHUFFLE: shuffle(warp, mask); break;
        case Collective::BALLOT: ballot(warp, mask); break;
        case Collective::LOAD_MATRIX: load_matrix(warp); break;
        case Collective::LOAD_MATRIX_TRANSPOSED: load_matrix_transposed(warp); break;
        case Collective::MULTIPLY_ADD: multiply_add(warp); break;
    }
}

}
