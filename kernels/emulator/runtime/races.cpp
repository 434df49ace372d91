#include "races.h"

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "block.h"
#include "faults.h"

namespace emulation {

bool watching_races = false;

namespace {

constexpr int16_t SEVERAL = -1;

// Who did it, and in which stretch between barriers. Epochs never come again, so nothing needs clearing for the next block or grid.
struct Access {
    uint32_t epoch, warp_epoch;
    int16_t thread, warp;
};

struct Cell {
    Access write, read;
};

constexpr size_t PAGE = 4096;
typedef std::unique_ptr<Cell[]> Page;                       // a cell for two bytes: the smallest that kernels write to device memory

std::vector<Cell> static_cells, dynamic_cells;              // one a byte
std::unordered_map<uintptr_t, Page> &pages = *new std::unordered_map<uintptr_t, Page>();
std::map<const char *, const char *> &memory = *new std::map<const char *, const char *>();     // begin to end
std::unordered_map<const void *, uint32_t> &atomics = *new std::unordered_map<const void *, uint32_t>();

uintptr_t last_number;                                      // the page of the last access
Cell *last_page;

int16_t my_warp() { return static_cast<int16_t>(current->number / 32); }

Access mine() { return {block.epoch, current->warp->epoch, static_cast<int16_t>(current->number), my_warp()}; }

bool ordered(const Access &before, bool shared) {
    if (before.epoch < block.grid_epoch) return true;
    if (before.epoch < block.first_epoch) return shared || block.acquired;
    if (before.thread == current->number || before.epoch < block.epoch) return true;
    return before.warp == my_warp() && before.warp_epoch < current->warp->epoch;
}

[[noreturn]] void race(const char *now, const char *before, const Access &other, const void *address, bool shared, const void *code) {
    const char *where = shared ? "shared memory" : "device memory";
    const std::string line = line_of(static_cast<const char *>(code) - 1);     // code is where the call returns to
    if (other.epoch < block.first_epoch) {
        fault("race: %s of %s %p%s, which another block %s in the same launch", now, where, address, line.c_str(), before);
    }
    const std::string who = other.thread == SEVERAL ? "other threads" : "thread " + std::to_string(other.thread);
    fault("race: %s of %s %p%s, which %s %s since the last barrier", now, where, address, line.c_str(), who.c_str(), before);
}

void read(Cell &cell, bool shared, const void *address, const void *code) {
    if (!ordered(cell.write, shared)) race("a read", "wrote", cell.write, address, shared, code);
    Access &last = cell.read;
    const bool company = last.epoch == block.epoch && last.thread != current->number && !ordered(last, shared);
    const Access now = mine();
    last = company ? Access{now.epoch, now.warp_epoch, SEVERAL, last.warp == now.warp ? now.warp : SEVERAL} : now;
}

void write(Cell &cell, bool shared, const void *address, const void *code) {
    if (!ordered(cell.write, shared)) race("a write", "wrote", cell.write, address, shared, code);
    if (!ordered(cell.read, shared)) race("a write", "read", cell.read, address, shared, code);
    cell.write = mine();
}

Cell *shared_cells(const char *at, size_t bytes) {
    const Kernel &kernel = *block.kernel;
    const char *dynamic = reinterpret_cast<const char *>(block.dynamic_shared);
    if (at >= kernel.shared_begin && at + bytes <= kernel.shared_end) {
        const size_t needed = kernel.shared_end - kernel.shared_begin;
        if (static_cells.size() < needed) static_cells.resize(needed);
        return &static_cells[at - kernel.shared_begin];
    }
    if (at >= dynamic && at + bytes <= dynamic + kernel.dynamic_bytes) {
        if (dynamic_cells.empty()) dynamic_cells.resize(256 * 1024);
        return &dynamic_cells[at - dynamic];
    }
    return nullptr;
}

bool on_device(const char *at) {
    auto after = memory.upper_bound(at);
    return after != memory.begin() && at < std::prev(after)->second;
}

// Only memory that is written has cells; so reads of weights cost nothing. What is read before another block writes it shows in a
// schedule that turns the two around.
Cell *device_cell(const char *at, bool make) {
    const uintptr_t number = reinterpret_cast<uintptr_t>(at) / PAGE;
    if (!last_page || number != last_number) {
        const auto found = pages.find(number);
        if (found == pages.end() && (!make || !on_device(at))) return nullptr;
        if (found == pages.end()) pages[number] = std::make_unique<Cell[]>(PAGE / 2);
        last_page = pages[number].get();
        last_number = number;
    }
    return &last_page[reinterpret_cast<uintptr_t>(at) % PAGE / 2];
}

template <void (*note)(Cell &, bool, const void *, const void *), bool WRITES> void access(const void *address, size_t bytes, const void *code) {
    if (!current) return;
    const char *at = static_cast<const char *>(address);
    if (Cell *cells = shared_cells(at, bytes)) {
        for (size_t i = 0; i < bytes; i++) note(cells[i], true, at + i, code);
        return;
    }
    for (size_t i = 0; i + 1 < bytes; i += 2) {
        Cell *cell = device_cell(at + i, WRITES);
        if (!cell) return;
        note(*cell, false, at + i, code);
    }
}

}

void watch_memory(const void *begin, size_t bytes) { memory[static_cast<const char *>(begin)] = static_cast<const char *>(begin) + bytes; }

void forget_memory(const void *begin) {
    const auto forgotten = memory.find(static_cast<const char *>(begin));
    if (forgotten == memory.end()) return;
    const uintptr_t first = reinterpret_cast<uintptr_t>(forgotten->first) / PAGE, end = reinterpret_cast<uintptr_t>(forgotten->second) / PAGE;
    std::erase_if(pages, [=](const auto &page) { return page.first >= first && page.first <= end; });
    last_page = nullptr;
    memory.erase(forgotten);
}

void note_write(const void *address, size_t bytes, const void *code) { access<write, true>(address, bytes, code); }

void note_atomic(const void *address) {
    uint32_t &epoch = atomics[address];
    if (epoch >= block.grid_epoch && epoch < block.first_epoch) block.acquired = true;
    epoch = block.epoch;
}

}

// What g++ calls for every access.
#define ACCESSES(bytes)                                                                                                                              \
    extern "C" void __tsan_read##bytes(void *p) { emulation::access<emulation::read, false>(p, bytes, __builtin_return_address(0)); }                \
    extern "C" void __tsan_write##bytes(void *p) { emulation::access<emulation::write, true>(p, bytes, __builtin_return_address(0)); }               \
    extern "C" void __tsan_unaligned_read##bytes(void *p) { emulation::access<emulation::read, false>(p, bytes, __builtin_return_address(0)); }      \
    extern "C" void __tsan_unaligned_write##bytes(void *p) { emulation::access<emulation::write, true>(p, bytes, __builtin_return_address(0)); }
ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)
extern "C" void __tsan_read_range(void *p, size_t bytes) { emulation::access<emulation::read, false>(p, bytes, __builtin_return_address(0)); }
extern "C" void __tsan_write_range(void *p, size_t bytes) { emulation::access<emulation::write, true>(p, bytes, __builtin_return_address(0)); }
extern "C" void __tsan_init() { emulation::watching_races = true; }
extern "C" void __tsan_func_entry(void *) {}
extern "C" void __tsan_func_exit() {}
