// The address sanitizer's marks, where it is on; nothing elsewhere.
#pragma once
#include <cstddef>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

namespace emulation {

#ifdef __SANITIZE_ADDRESS__
constexpr bool SANITIZED = true;
inline void forbid_all(const void *from, size_t bytes) { __asan_poison_memory_region(from, bytes); }
inline void allow_all(const void *from, size_t bytes) { __asan_unpoison_memory_region(from, bytes); }
#else
constexpr bool SANITIZED = false;
inline void forbid_all(const void *, size_t) {}
inline void allow_all(const void *, size_t) {}
#endif

// Fills without asking the sanitizer: between a section's variables lie red zones.
inline void fill_unchecked(void *to, int value, size_t bytes) {
    asm volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(value) : "memory");
}

}
