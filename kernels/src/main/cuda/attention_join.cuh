// How the last block of decoding attention joins the chunks of all blocks, always in the order of the keys.
#pragma once
#include "attention_chunk.cuh"

// One warp: by which each chunk's sums, and those before it, go into the new sums. Returns the greatest score so far.
template <typename T>
__device__ __forceinline__ float put_factors(float (&factors)[3][JOINED], const volatile float *parts, int line, int count, float most) {
    const int lane = threadIdx.x & 31;
#pragma unroll
    for (int first = 0; first < JOINED; first += 32) {
        const int c = first + lane;
        const float own = c < count ? parts[static_cast<long long>(c) * line] : NOTHING;
        float running = fmaxf(own, most);
#pragma unroll
        for (int offset = 1; offset < 32; offset <<= 1) running = fmaxf(running, __shfl_up_sync(0xffffffffu, running, offset));
        const float left = __shfl_up_sync(0xffffffffu, running, 1), before = lane == 0 ? most : left;
        factors[0][c] = fade<T>(before, running);
        factors[1][c] = fade<T>(own, running);
        factors[2][c] = c < count ? parts[static_cast<long long>(c) * line + 1] : 0.f;
        most = __shfl_sync(0xffffffffu, running, 31);
    }
    return most;
}

// Joins the chunks of a row for 64 elements of its head; the block's teams have a row each.
template <typename T, int TEAMS>
__device__ __forceinline__ float joined(Shared<T, TEAMS> &s, const float *parts, int chunks, int line, int d, bool present) {
    const int team = threadIdx.x / PIECE, x = threadIdx.x % PIECE, padded = line - 4;
    float most = NOTHING, sum = 0.f, total = 0.f;
    for (int from = 0; from < chunks; from += JOINED) {
        const int count = present ? min(JOINED, chunks - from) : 0;
        const float *part = parts + static_cast<long long>(from) * line;
        __syncthreads();
        for (int i = x; i < count * PIECE / 4; i += PIECE) {
            const int c = i / (PIECE / 4), e = i % (PIECE / 4) * 4;
            const bool inside = d + e < padded;
            copy_async16(&s.joined[team][c][e], inside ? part + static_cast<long long>(c) * line + d + e : part, inside);
        }
        copy_async_commit();
        if (x < 32 && present) most = put_factors<T>(s.factors[team], part + padded, line, count, most);
        copy_async_wait<0>();
        __syncthreads();
        for (int c = 0; c < count; c++) {
            const float old = s.factors[team][0][c], fresh = s.factors[team][1][c];
            sum = join(sum, old, s.factors[team][2][c], fresh);
            total = join(total, old, s.joined[team][c][x], fresh);
        }
    }
    return total * inverse(sum);
}
