// What the last lane to arrive works out for all.
#include <cstring>

#include "block.h"

namespace emulation {

namespace {

typedef float Row __attribute__((vector_size(32)));

float wide(uint32_t half) {
    const uint32_t bits = half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

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

// Tile m's rows came from lanes 8m…8m+7. Lane l gets, of every tile, elements 2(l % 4) and the next of row l / 4.
void load_matrix(Warp &warp) {
    for (int lane = 0; lane < 32; lane++) {
        for (int tile = 0; tile < 4; tile++) memcpy(&warp.tiles[lane][tile], &warp.rows[8 * tile + lane / 4][2 * (lane % 4)], 4);
    }
}

void load_matrix_transposed(Warp &warp) {
    for (int lane = 0; lane < 32; lane++) {
        for (int tile = 0; tile < 4; tile++) {
            const int row = 8 * tile + 2 * (lane % 4), column = lane / 4;
            warp.tiles[lane][tile] = warp.rows[row][column] | static_cast<uint32_t>(warp.rows[row + 1][column]) << 16;
        }
    }
}

// d[16][8] += a[16][16]·b[16][8]. With g = lane / 4 and t = lane % 4, a lane holds of a: (g, 2t), (g + 8, 2t), (g, 2t + 8), (g + 8, 2t + 8), each with
// its right neighbour; of b: (2t, g), (2t + 8, g), each with the one below; of d: (g, 2t), (g + 8, 2t), each with its right neighbour.
void multiply_add(Warp &warp) {
    alignas(32) float a[16][16], b[16][8];
    Row d[16];
    for (int lane = 0; lane < 32; lane++) {
        const Warp::Fragments &f = warp.fragments[lane];
        const int g = lane / 4, t = 2 * (lane % 4);
        for (int i = 0; i < 4; i++) {
            float *to = &a[g + 8 * (i & 1)][t + 8 * (i >> 1)];
            to[0] = wide(f.a[i] & 0xffff);
            to[1] = wide(f.a[i] >> 16);
        }
        for (int i = 0; i < 2; i++) {
            b[t + 8 * i][g] = wide(f.b[i] & 0xffff);
            b[t + 8 * i + 1][g] = wide(f.b[i] >> 16);
        }
        for (int i = 0; i < 4; i++) d[g + 8 * (i >> 1)][t + (i & 1)] = f.d[i];
    }
    for (int row = 0; row < 16; row++) {
        Row sum = d[row];
        for (int k = 0; k < 16; k++) {
            Row line;
            memcpy(&line, b[k], sizeof line);
            sum += a[row][k] * line;
        }
        d[row] = sum;
    }
    for (int lane = 0; lane < 32; lane++) {
        const int g = lane / 4, t = 2 * (lane % 4);
        for (int i = 0; i < 4; i++) warp.fragments[lane].d[i] = d[g + 8 * (i >> 1)][t + (i & 1)];
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
