// Memory of the device and pinned memory of the host. Every allocation lies between two pages that nobody may touch, as close to the second
// as its alignment lets it; what is left of its own pages holds a pattern, so that writes a little outside are noticed later and those far
// outside at once. New memory holds NaNs. What was freed stays out of bounds, and out of use, for a while.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace driver {

struct Context;

struct Allocation {
    enum Kind { DEVICE, PINNED, REGISTERED } kind;
    char *begin;
    size_t bytes;
    char *pages;
    size_t page_bytes;
    long number;
    Context *context;
    unsigned flags;
};

class Memory {
public:
    static constexpr size_t ALIGNMENT = 256;

    Allocation &allocate(Allocation::Kind kind, size_t bytes, Context *context, unsigned flags = 0);
    void release(Allocation::Kind kind, void *begin);
    void add_registered(void *begin, size_t bytes, Context *context);
    int release_all(const Context *context);    // how many there were

    // The allocation that holds the address, or null.
    const Allocation *holding(const void *address) const;

    // Fails unless the bytes lie in one allocation that the device can reach.
    const Allocation &check(const void *address, size_t bytes, const char *what) const;

    // Where an address lies, for messages: " 16 bytes past allocation 3 of 1024 bytes".
    std::string describe(const void *address) const;

    // What was written outside, or to freed memory's slack; empty where nothing was.
    std::string damage() const;

    size_t used(Allocation::Kind kind) const { return bytes_used[kind]; }
    size_t count(Allocation::Kind kind) const { return counts[kind]; }

private:
    void drop(std::map<const char *, Allocation>::iterator entry);
    std::map<const char *, Allocation> live;    // by address
    std::map<const char *, Allocation> freed;   // by the address of their pages
    std::deque<const char *> oldest;            // of those, first
    size_t bytes_used[3] = {}, counts[3] = {};
    long made = 0;
};

}
