#include "memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "../runtime/races.h"
#include "../runtime/sanitizers.h"
#include "device.h"

namespace driver {

namespace {

constexpr size_t PAGE = 4096;
constexpr size_t MOST_FREED = 4096;      // ranges kept out of use; each costs two entries in the kernel's table of at most 65 530
constexpr unsigned char SLACK = 0xa5;

size_t up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

// The first byte of a range, of less than a page, that has not the pattern; or null.
const char *changed(const char *from, const char *to) {
    static const std::string pattern(PAGE, static_cast<char>(SLACK));
    if (memcmp(from, pattern.data(), to - from) == 0) return nullptr;
    return std::mismatch(from, to, pattern.begin()).first;
}

std::string named(const Allocation &allocation) {
    const char *kinds[] = {"allocation", "pinned allocation", "registered memory"};
    return std::string(kinds[allocation.kind]) + " " + std::to_string(allocation.number) + " of " + std::to_string(allocation.bytes) + " bytes";
}

// To the byte, where the sanitizer is on.
void forbid_slack(const Allocation &allocation) {
    const char *end = allocation.pages + allocation.page_bytes;
    emulation::forbid_all(allocation.pages, allocation.begin - allocation.pages);
    emulation::forbid_all(allocation.begin + allocation.bytes, end - allocation.begin - allocation.bytes);
}

}

Allocation &Memory::allocate(Allocation::Kind kind, size_t bytes, Context *context, unsigned flags) {
    Allocation made_now = {kind, nullptr, bytes, nullptr, up(bytes, PAGE) + 2 * PAGE, ++made, context, flags};
    void *pages = mmap(nullptr, made_now.page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages == MAP_FAILED) fail(ERROR_OUT_OF_MEMORY, "the host has no %zu bytes for the emulated device", bytes);
    made_now.pages = static_cast<char *>(pages);
    char *first = made_now.pages + PAGE, *end = made_now.pages + made_now.page_bytes - PAGE;
    mprotect(made_now.pages, PAGE, PROT_NONE);
    mprotect(end, PAGE, PROT_NONE);
    made_now.begin = end - up(bytes, ALIGNMENT);
    memset(first, SLACK, made_now.begin - first);
    memset(made_now.begin, 0xff, bytes);
    memset(made_now.begin + bytes, SLACK, end - made_now.begin - bytes);
    forbid_slack(made_now);
    if (emulation::watching_races) emulation::watch_memory(made_now.begin, bytes);
    bytes_used[kind] += bytes;
    counts[kind]++;
    return live.emplace(made_now.begin, made_now).first->second;
}

void Memory::release(Allocation::Kind kind, void *begin) {
    const auto entry = live.find(static_cast<char *>(begin));
    if (entry == live.end() || entry->second.kind != kind) {
        fail(ERROR_INVALID_VALUE, "a free of %p, which is not the beginning of an allocation of this kind%s", begin, describe(begin).c_str());
    }
    drop(entry);
}

void Memory::drop(std::map<const char *, Allocation>::iterator entry) {
    const Allocation allocation = entry->second;
    bytes_used[allocation.kind] -= allocation.bytes;
    counts[allocation.kind]--;
    live.erase(entry);
    if (allocation.kind == Allocation::REGISTERED) return;
    if (emulation::watching_races) emulation::forget_memory(allocation.begin);
    emulation::allow_all(allocation.pages, allocation.page_bytes);
    madvise(allocation.pages, allocation.page_bytes, MADV_DONTNEED);
    mprotect(allocation.pages, allocation.page_bytes, PROT_NONE);
    freed.emplace(allocation.pages, allocation);
    oldest.push_back(allocation.pages);
    if (freed.size() <= MOST_FREED) return;
    munmap(freed.at(oldest.front()).pages, freed.at(oldest.front()).page_bytes);
    freed.erase(oldest.front());
    oldest.pop_front();
}

void Memory::add_registered(void *begin, size_t bytes, Context *context) {
    char *at = static_cast<char *>(begin);
    if (holding(at) || holding(at + bytes - 1)) fail(ERROR_HOST_MEMORY_ALREADY_REGISTERED, "the memory at %p is registered or pinned already", begin);
    live.emplace(at, Allocation{Allocation::REGISTERED, at, bytes, nullptr, 0, ++made, context, 0});
    bytes_used[Allocation::REGISTERED] += bytes;
    counts[Allocation::REGISTERED]++;
}

int Memory::release_all(const Context *context) {
    int released = 0;
    for (auto entry = live.begin(); entry != live.end();) {
        const auto next = std::next(entry);
        if (entry->second.context == context) {
            drop(entry);
            released++;
        }
        entry = next;
    }
    return released;
}

const Allocation *Memory::holding(const void *address) const {
    const char *at = static_cast<const char *>(address);
    auto after = live.upper_bound(at);
    if (after == live.begin()) return nullptr;
    const Allocation &candidate = std::prev(after)->second;
    return at < candidate.begin + candidate.bytes ? &candidate : nullptr;
}

const Allocation &Memory::check(const void *address, size_t bytes, const char *what) const {
    const Allocation *allocation = holding(address);
    const char *at = static_cast<const char *>(address);
    if (!allocation) fail(ERROR_INVALID_VALUE, "%s: %p is no memory of the device%s", what, address, describe(address).c_str());
    if (bytes > static_cast<size_t>(allocation->begin + allocation->bytes - at)) {
        fail(ERROR_INVALID_VALUE, "%s: %zu bytes at %p reach past %s", what, bytes, address, named(*allocation).c_str());
    }
    return *allocation;
}

std::string Memory::describe(const void *address) const {
    const char *at = static_cast<const char *>(address);
    const auto after = freed.upper_bound(at);
    if (after != freed.begin()) {
        const Allocation &old = std::prev(after)->second;
        if (at < old.pages + old.page_bytes) return ", in " + named(old) + ", which was freed";
    }
    for (const auto &[begin, allocation] : live) {
        if (at >= begin && at < begin + allocation.bytes) return ", in " + named(allocation);
        if (!allocation.pages || at < allocation.pages || at >= allocation.pages + allocation.page_bytes) continue;
        const bool before = at < begin;
        const auto distance = before ? begin - at : at - (begin + allocation.bytes);
        return ", " + std::to_string(distance) + (before ? " bytes before " : " bytes past the end of ") + named(allocation);
    }
    return "";
}

std::string Memory::damage() const {
    if (emulation::SANITIZED) return "";            // the sanitizer has reported it when it happened
    for (const auto &[begin, allocation] : live) {
        if (!allocation.pages) continue;
        const char *written = changed(allocation.pages + PAGE, begin);
        if (!written) written = changed(begin + allocation.bytes, allocation.pages + allocation.page_bytes - PAGE);
        if (written) return "a write outside of its memory" + describe(written);
    }
    return "";
}

}
