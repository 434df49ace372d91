// The counter-based generator Philox4x32-10 of Salmon et al. (SC11), as io.vivace.sample.Philox has it: random words are a pure function of a key
// of two words and a counter of four.
#pragma once
#include "device.cuh"

struct RandomWords {
    uint32_t a, b, c, d;
};

__device__ inline RandomWords philox(uint32_t key0, uint32_t key1, RandomWords counter) {
    RandomWords w = counter;
    for (int round = 0; round < 10; round++) {
        const uint64_t x = static_cast<uint64_t>(w.a) * 0xD2511F53u, y = static_cast<uint64_t>(w.c) * 0xCD9E8D57u;
        w = {static_cast<uint32_t>(y >> 32) ^ w.b ^ key0, static_cast<uint32_t>(y), static_cast<uint32_t>(x >> 32) ^ w.d ^ key1, static_cast<uint32_t>(x)};
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    return w;
}

// The uniform number in [0, 1), of 24 bits, that decides one token: in units of 2^-32.
__device__ inline uint32_t uniform(const int *key, int step, int codebook) {
    const RandomWords counter = {static_cast<uint32_t>(step), static_cast<uint32_t>(codebook), static_cast<uint32_t>(key[2]), 0};
    return philox(key[0], key[1], counter).a & 0xFFFFFF00u;
}
