#include "grid.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <vector>

#include "block.h"
#include "faults.h"
#include "sanitizers.h"

namespace emulation {

namespace {

constexpr int MOST_SHARED_BYTES = 227 * 1024;
alignas(1024) unsigned char dynamic_shared[MOST_SHARED_BYTES + 1024];

void *launcher;             // the stack of whoever launched, while fibers run
std::string grid_fault;

// What every fiber does for ever: runs a thread to its end and takes the next. A thread that never waits costs no switch of stacks.
void run_threads();
FiberPool pool(run_threads);

void run_threads() {
    for (;;) {
        block.kernel->call(block.slots);
        leave();
        Fiber *mine = current->fiber;
        Thread *next = choose(current->warp);
        if (next && !next->fiber) {
            next->fiber = mine;
            current = next;
            continue;
        }
        pool.give(mine);
        if (next) go_on_with(next, mine);
        else switch_stack(&mine->stack_pointer, launcher);
    }
}

void shape_threads(dim3 shape, int count) {
    if (block.threads == count && block.threads_shape == shape) return;
    block.threads_shape = shape;
    block.threads = count;
    block.warp_count = (count + 31) / 32;
    for (int i = 0; i < block.warp_count * 32; i++) {
        Thread &thread = block.warps[i / 32].threads[i % 32];
        thread.index = {i % shape.x, i / shape.x % shape.y, i / (shape.x * shape.y)};
        thread.number = static_cast<uint16_t>(i);
        thread.lane = static_cast<uint8_t>(i % 32);
        thread.warp = &block.warps[i / 32];
    }
}

void begin_block() {
    const Kernel &kernel = *block.kernel;
    fill_unchecked(kernel.shared_begin, 0xff, kernel.shared_end - kernel.shared_begin);
    fill_unchecked(dynamic_shared, 0xff, kernel.dynamic_bytes);
    block.alive = block.threads;
    block.at_barrier = 0;
    block.first_epoch = ++block.epoch;
    block.acquired = false;
    block.runnable_warps = block.warp_count == 32 ? ~0u : (1u << block.warp_count) - 1;
    for (int w = 0; w < block.warp_count; w++) {
        Warp &warp = block.warps[w];
        const int lanes = std::min(32, block.threads - 32 * w);
        warp.runnable = lanes == 32 ? ~0u : (1u << lanes) - 1;
        warp.exited = ~warp.runnable;
        warp.gathered = warp.at_barrier = 0;
        for (int lane = 0; lane < lanes; lane++) {
            Thread &thread = warp.threads[lane];
            thread.fiber = nullptr;
            thread.site = {};
            thread.copies.clear();
            thread.groups.clear();
        }
    }
}

void run_block() {
    begin_block();
    Thread *first = choose(nullptr);
    first->fiber = pool.take();
    current = first;
    switch_stack(&launcher, first->fiber->stack_pointer);
    current = nullptr;
}

// The n-th block to run.
unsigned long long block_number(const std::vector<uint32_t> &order, const Schedule &schedule, unsigned long long n, unsigned long long count) {
    if (!order.empty()) return order[n];
    return schedule.order == Schedule::REVERSE ? count - 1 - n : n;
}

std::vector<uint32_t> random_order(unsigned long long count) {
    if (count > 1 << 22) return {};                      // so many blocks show the same one after the other
    std::vector<uint32_t> order(count);
    for (uint32_t i = 0; i < count; i++) order[i] = i;
    for (uint32_t i = count; i > 1; i--) std::swap(order[i - 1], order[block.chooser.next() % i]);
    return order;
}

}

void go_on_with(Thread *next, Fiber *left) {
    current = next;
    if (!next->fiber) next->fiber = pool.take();
    switch_stack(&left->stack_pointer, next->fiber->stack_pointer);
}

void fault(const char *format, ...) {
    char text[1024];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    char place[256];
    snprintf(place, sizeof place, "kernel %s, block (%u, %u, %u), thread %d: ", block.kernel->name, block.index.x, block.index.y, block.index.z,
             current ? current->number : -1);
    grid_fault = std::string(place) + text;
    void *abandoned;
    switch_stack(&abandoned, launcher);
    __builtin_unreachable();
}

std::string run(const Kernel &kernel, GridShape shape, const uint64_t *slots, const Schedule &schedule) {
    block.kernel = &kernel;
    block.slots = slots;
    block.grid_epoch = block.epoch + 1;
    block.grid_shape = {shape.x, shape.y, shape.z};
    block.dynamic_shared = dynamic_shared;
    block.chooser.begin(schedule);
    shape_threads({static_cast<unsigned>(kernel.threads), 1, 1}, kernel.threads);
    allow_all(dynamic_shared, kernel.dynamic_bytes);
    forbid_all(dynamic_shared + kernel.dynamic_bytes, sizeof dynamic_shared - kernel.dynamic_bytes);
    const unsigned long long count = 1ull * shape.x * shape.y * shape.z;
    std::vector<uint32_t> order;
    if (schedule.order == Schedule::RANDOM) order = random_order(count);
    CatchSignals catching;
    grid_fault.clear();
    for (unsigned long long n = 0; n < count && grid_fault.empty(); n++) {
        const unsigned long long number = block_number(order, schedule, n, count);
        block.index = {static_cast<unsigned>(number % shape.x), static_cast<unsigned>(number / shape.x % shape.y),
                       static_cast<unsigned>(number / shape.x / shape.y)};
        run_block();
    }
    if (!grid_fault.empty()) pool.abandon_all();
    return grid_fault;
}

}
