// A stand-in for a profiler's library: takes the two functions it wants out of NVTX's table, as Nsight Systems does, and notes the ranges.
#include <cstddef>
#include <cstdint>
#include <string>

struct Callbacks { size_t size; int (*functions)(int module, void ***table, unsigned *size); };

static std::string heard;

static int push(const char *name) { heard += "<"; heard += name; return 0; }
static int pop() { heard += ">"; return 0; }

extern "C" const char *standin_heard() { return heard.c_str(); }

extern "C" int InitializeInjectionNvtx2(const void *(*exportTable)(uint32_t id)) {
    auto callbacks = (const Callbacks *)exportTable(1);
    void **table;
    unsigned size;
    if (!callbacks || callbacks->size < sizeof(Callbacks) || !callbacks->functions(1, &table, &size) || size < 12) return 0;
    if (callbacks->functions(2, &table, nullptr)) return 0;
    callbacks->functions(1, &table, nullptr);
    *(void **)table[9] = (void *)push;
    *(void **)table[11] = (void *)pop;
    return 1;
}
