// CUDA's arithmetic and bit intrinsics, integer atomics and fences. Where the device approximates, this is the exact function rounded to
// float32: results agree within the device's stated error.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

#include "../runtime/block.h"

#define EMULATED inline __attribute__((always_inline))

template <typename To, typename From> EMULATED To emulated_cast(From value) {
    static_assert(sizeof(To) == sizeof(From));
    To result;
    memcpy(&result, &value, sizeof result);
    return result;
}

EMULATED float __uint_as_float(unsigned bits) { return emulated_cast<float>(bits); }
EMULATED float __int_as_float(int bits) { return emulated_cast<float>(bits); }
EMULATED unsigned __float_as_uint(float value) { return emulated_cast<unsigned>(value); }
EMULATED int __float_as_int(float value) { return emulated_cast<int>(value); }

EMULATED float rsqrtf(float x) { return 1.f / sqrtf(x); }
EMULATED float exp2_fast(float x) { return exp2f(x); }
EMULATED float __expf(float x) { return expf(x); }
EMULATED float __logf(float x) { return logf(x); }
EMULATED float __sinf(float x) { return sinf(x); }
EMULATED float __cosf(float x) { return cosf(x); }
EMULATED float __fdividef(float x, float y) { return x / y; }
EMULATED float __fdiv_rn(float x, float y) { return x / y; }
EMULATED float __frcp_rn(float x) { return 1.f / x; }
EMULATED float __fsqrt_rn(float x) { return sqrtf(x); }
EMULATED float __fadd_rn(float x, float y) { return x + y; }
EMULATED float __fsub_rn(float x, float y) { return x - y; }
EMULATED float __fmul_rn(float x, float y) { return x * y; }
EMULATED float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
EMULATED float __saturatef(float x) { return x > 0.f ? fminf(x, 1.f) : 0.f; }
EMULATED float sinpif(float x) { return static_cast<float>(std::sin(M_PI * std::fmod(static_cast<double>(x), 2.0))); }
EMULATED float cospif(float x) { return static_cast<float>(std::cos(M_PI * std::fmod(static_cast<double>(x), 2.0))); }

// Saturating, and 0 for what is no number, as on the device; C++ leaves both undefined.
EMULATED int emulated_to_int(float x) {
    if (x != x) return 0;
    if (x >= 2147483648.f) return 2147483647;
    return x <= -2147483648.f ? -2147483647 - 1 : static_cast<int>(x);
}
EMULATED int __float2int_rn(float x) { return emulated_to_int(nearbyintf(x)); }
EMULATED int __float2int_rz(float x) { return emulated_to_int(x); }
EMULATED int __float2int_rd(float x) { return emulated_to_int(floorf(x)); }
EMULATED int __float2int_ru(float x) { return emulated_to_int(ceilf(x)); }
EMULATED float __int2float_rn(int x) { return static_cast<float>(x); }
EMULATED float __uint2float_rn(unsigned x) { return static_cast<float>(x); }

EMULATED int __popc(unsigned x) { return __builtin_popcount(x); }
EMULATED int __clz(int x) { return x ? __builtin_clz(static_cast<unsigned>(x)) : 32; }
EMULATED int __ffs(int x) { return __builtin_ffs(x); }
EMULATED unsigned __umulhi(unsigned x, unsigned y) { return static_cast<unsigned>(static_cast<uint64_t>(x) * y >> 32); }
EMULATED int __mulhi(int x, int y) { return static_cast<int>(static_cast<int64_t>(x) * y >> 32); }

EMULATED unsigned __brev(unsigned x) {
    unsigned reversed = 0;
    for (int i = 0; i < 32; i++) reversed |= (x >> i & 1) << (31 - i);
    return reversed;
}

EMULATED unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
    const uint64_t bytes = static_cast<uint64_t>(y) << 32 | x;
    unsigned result = 0;
    for (int i = 0; i < 4; i++) result |= static_cast<unsigned>(bytes >> (8 * (selector >> (4 * i) & 7)) & 0xff) << (8 * i);
    return result;
}

EMULATED int __dp4a(int a, int b, int c) {
    for (int i = 0; i < 32; i += 8) c += static_cast<int8_t>(a >> i) * static_cast<int8_t>(b >> i);
    return c;
}

EMULATED int min(int x, int y) { return x < y ? x : y; }
EMULATED int max(int x, int y) { return x > y ? x : y; }
EMULATED unsigned min(unsigned x, unsigned y) { return x < y ? x : y; }
EMULATED unsigned max(unsigned x, unsigned y) { return x > y ? x : y; }
EMULATED long long min(long long x, long long y) { return x < y ? x : y; }
EMULATED long long max(long long x, long long y) { return x > y ? x : y; }
EMULATED float min(float x, float y) { return fminf(x, y); }
EMULATED float max(float x, float y) { return fmaxf(x, y); }

template <typename T> EMULATED T __ldg(const T *p) { return *p; }
template <typename T> EMULATED T __ldcs(const T *p) { return *p; }
template <typename T> EMULATED T __ldcg(const T *p) { return *p; }
template <typename T> EMULATED void __stcs(T *p, T value) { *p = value; }

// Threads take turns, so plain reads and writes are atomic. On whole numbers only: sums of floats would depend on the order.
#define EMULATED_ATOMICS(T)                                                                       \
    EMULATED T atomicAdd(T *p, T value) { const T old = *p; *p = old + value; return old; }       \
    EMULATED T atomicSub(T *p, T value) { const T old = *p; *p = old - value; return old; }       \
    EMULATED T atomicMin(T *p, T value) { const T old = *p; *p = min(old, value); return old; }   \
    EMULATED T atomicMax(T *p, T value) { const T old = *p; *p = max(old, value); return old; }   \
    EMULATED T atomicOr(T *p, T value) { const T old = *p; *p = old | value; return old; }        \
    EMULATED T atomicAnd(T *p, T value) { const T old = *p; *p = old & value; return old; }       \
    EMULATED T atomicExch(T *p, T value) { const T old = *p; *p = value; return old; }            \
    EMULATED T atomicCAS(T *p, T expected, T value) { const T old = *p; if (old == expected) *p = value; return old; }
EMULATED_ATOMICS(int)
EMULATED_ATOMICS(unsigned)
#undef EMULATED_ATOMICS

EMULATED void __threadfence() {}
EMULATED void __threadfence_block() {}
[[noreturn]] inline void __trap(const char *file = __builtin_FILE(), int line = __builtin_LINE()) { emulation::fault("trap in %s:%d", file, line); }
