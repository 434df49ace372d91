// CUDA's short vectors, with CUDA's alignment: a misaligned vector access is undefined here as there, and the sanitizer says so.
#pragma once
#include <cstdint>

#define EMULATED_VECTORS(T, name)                                                                 \
    struct alignas(2 * sizeof(T)) name##2 { T x, y; };                                            \
    struct name##3 { T x, y, z; };                                                                \
    struct alignas(4 * sizeof(T) < 16 ? 4 * sizeof(T) : 16) name##4 { T x, y, z, w; };            \
    inline name##2 make_##name##2(T x, T y) { return {x, y}; }                                    \
    inline name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; }                            \
    inline name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }

EMULATED_VECTORS(signed char, char)
EMULATED_VECTORS(unsigned char, uchar)
EMULATED_VECTORS(short, short)
EMULATED_VECTORS(unsigned short, ushort)
EMULATED_VECTORS(int, int)
EMULATED_VECTORS(unsigned int, uint)
EMULATED_VECTORS(float, float)
#undef EMULATED_VECTORS

struct alignas(16) longlong2 { long long x, y; };
inline longlong2 make_longlong2(long long x, long long y) { return {x, y}; }

struct dim3 {
    unsigned x, y, z;
    constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
    bool operator==(const dim3 &) const = default;
};
