// What the stand-ins of NVIDIA's libraries share: each does the dozen functions that Vivace uses, slowly and on the host, for tests without a
// GPU. They are checked for what the real ones ask of their callers, keep accounts of what they gave out, and fail when a test says so.
#pragma once
#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <functional>
#include <map>
#include <set>
#include <string>

enum DataType { F32 = 0, BF16 = 14 };    // as in library_types.h

inline float number(const void *data, DataType type, int64_t i) {
    if (type == F32) return ((const float *)data)[i];
    uint32_t bits = (uint32_t)((const uint16_t *)data)[i] << 16;
    float x;
    memcpy(&x, &bits, 4);
    return x;
}

// bfloat16 rounds to the nearest, ties to even.
inline void put(void *data, DataType type, int64_t i, float x) {
    if (type == F32) { ((float *)data)[i] = x; return; }
    uint32_t bits;
    memcpy(&bits, &x, 4);
    ((uint16_t *)data)[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// Puts work into a stream of the stand-in driver, so that it is captured and replayed like a kernel; it is kept for ever, as a graph may be.
// Returns the driver's code.
inline int enqueue(void *stream, std::function<void()> work) {
    typedef int (*LaunchHostFunction)(void *stream, void (*)(void *), void *);
    void *driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
    auto launch = driver ? (LaunchHostFunction)dlsym(driver, "cuLaunchHostFunc") : nullptr;
    if (!launch) return 500;
    return launch(stream, [](void *kept) { (*(std::function<void()> *)kept)(); }, new std::function<void()>(work));
}

namespace accounts {
inline std::set<const void *> live;
inline std::map<std::string, int> failures;

template <typename T> T *give(T *made) { live.insert(made); return made; }
template <typename T> bool take(T *made) { bool had = live.erase(made); if (had) delete made; return had; }
inline bool known(const void *thing) { return live.count(thing); }
inline int failure(const char *call) {
    auto found = failures.find(call);
    if (found == failures.end()) return 0;
    int code = found->second;
    failures.erase(found);
    return code;
}
}    // namespace accounts

extern "C" {
__attribute__((weak)) int standin_live() { return (int)accounts::live.size(); }
__attribute__((weak)) int standin_fail(const char *call, int code) { accounts::failures[call] = code; return 0; }
}

#define CALL() do { int code_ = accounts::failure(__func__); if (code_) return code_; } while (0)
