// A call stack that can be left and taken up again: one for each CUDA thread of the running block that has begun and not ended.
#pragma once
#include <cstddef>

namespace emulation {

struct Fiber {
    void *stack_pointer = nullptr;  // where it was left
    char *stack = nullptr;          // above a guard page
};

// Stacks are made once and kept; a fiber comes back to the pool when its CUDA thread has ended.
class FiberPool {
public:
    explicit FiberPool(void (*entry)()) : entry(entry) {}
    Fiber *take();
    void give(Fiber *fiber) { idle[idle_count++] = fiber; }
    void abandon_all();             // all fibers begin anew, whatever they were in

private:
    static constexpr int MOST = 1025;  // the threads of a block, and one that is between two threads
    void prepare(Fiber *fiber);
    void (*entry)();
    Fiber fibers[MOST];
    Fiber *idle[MOST];
    int made = 0, idle_count = 0;
};

// Leaves the running stack in *left and goes on where stack_pointer was left. Keeps what the System V ABI asks a callee to keep.
extern "C" void emulation_switch_stack(void **left, void *stack_pointer);

inline void switch_stack(void **left, void *stack_pointer) { emulation_switch_stack(left, stack_pointer); }

constexpr size_t STACK_BYTES = 256 * 1024;

}
