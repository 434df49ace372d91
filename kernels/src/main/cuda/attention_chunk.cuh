// How one block of decoding attention holds its chunk: pieces of 64 elements of 64 keys, in a ring that is filled ahead of its use.
#pragma once
#include "attention.cuh"

constexpr int ROWS = 8;        // queries of all heads of a group that a block serves
constexpr int MOST_SIZE = 256;  // of a head
constexpr int JOINED = 64;     // chunks that are joined at a time

template <typename T> struct Pieces {
    static constexpr int each = 16 / sizeof(T);                  // elements that move together
    static constexpr int line = PIECE + each;                    // rows start 4 banks apart
    static constexpr int ring = sizeof(T) == 2 ? 4 : 2;          // pieces on their way
};

// A block is so many teams of 64 threads, which take rows in turn. What a row gives does not depend on their number.
template <typename T, int TEAMS> struct Shared {
    static constexpr int THREADS = TEAMS * PIECE, TEAM_ROWS = (ROWS + TEAMS - 1) / TEAMS;

    union {
        T ring[Pieces<T>::ring][KEYS][Pieces<T>::line];
        float joined[TEAMS][JOINED][PIECE];
    };
    float q[ROWS][MOST_SIZE];
    union {
        float weights[ROWS][KEYS];
        float factors[TEAMS][3][JOINED];
    };
    float2 part[ROWS];  // greatest score and sum of the weights
    int last;
};

// Where the frames of one head of keys or values lie: remembered ones, and behind them new ones that are not in the states yet.
template <typename T> struct Source {
    const T *old, *fresh;
    int stride, fresh_stride, start, total;

    __device__ __forceinline__ const T *frame(int key) const {
        return key < start ? old + static_cast<long long>(key) * stride : fresh + static_cast<long long>(key - start) * fresh_stride;
    }
    __device__ __forceinline__ bool aligned(int size) const {
        constexpr int each = Pieces<T>::each;
        return size % each == 0 && stride % each == 0 && fresh_stride % each == 0 && (reinterpret_cast<uintptr_t>(old) & 15) == 0 &&
               (reinterpret_cast<uintptr_t>(fresh) & 15) == 0;
    }
};

// Begins to copy 64 keys' elements from d on; zeros where there is none.
template <int THREADS, typename T>
__device__ __forceinline__ void begin_copy(T (*tile)[Pieces<T>::line], const Source<T> &source, int key, int d, int size, bool aligned) {
    constexpr int each = Pieces<T>::each;
    if (aligned) {
#pragma unroll 4
        for (int i = threadIdx.x; i < KEYS * PIECE / each; i += THREADS) {
            const int r = i / (PIECE / each), c = i % (PIECE / each) * each;
            const bool present = key + r < source.total && d + c < size;
            copy_async16(&tile[r][c], present ? source.frame(key + r) + d + c : source.old, present);
        }
    } else {
#pragma unroll 1
        for (int i = threadIdx.x; i < KEYS * PIECE; i += THREADS) {
            const int r = i / PIECE, c = i % PIECE;
            store(&tile[r][c], key + r < source.total && d + c < size ? load(source.frame(key + r) + d + c) : 0.f);
        }
    }
}

__device__ __forceinline__ void unpack(float (&x)[4], const float *p) {
    const float4 f = load4(p);
    x[0] = f.x, x[1] = f.y, x[2] = f.z, x[3] = f.w;
}

__device__ __forceinline__ void unpack(float (&x)[8], const bf16 *p) {
    const uint4 w = *reinterpret_cast<const uint4 *>(p);
    x[0] = __uint_as_float(w.x << 16), x[1] = __uint_as_float(w.x & 0xffff0000u), x[2] = __uint_as_float(w.y << 16), x[3] = __uint_as_float(w.y & 0xffff0000u);
    x[4] = __uint_as_float(w.z << 16), x[5] = __uint_as_float(w.z & 0xffff0000u), x[6] = __uint_as_float(w.w << 16), x[7] = __uint_as_float(w.w & 0xffff0000u);
}
