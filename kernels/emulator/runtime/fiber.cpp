#include "fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "sanitizers.h"

// ucontext's switch makes a system call for the signal mask, 230 ns; this one costs a few nanoseconds.
asm(R"(
.text
.p2align 4
.hidden emulation_switch_stack
.globl emulation_switch_stack
.type emulation_switch_stack,@function
emulation_switch_stack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size emulation_switch_stack, . - emulation_switch_stack
)");

namespace emulation {

namespace {

constexpr size_t GUARD_BYTES = 4096;

char *new_stack() {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *base = mmap(nullptr, GUARD_BYTES + STACK_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (base == MAP_FAILED) {
        fprintf(stderr, "emulated device: no memory for the stacks of a block's threads\n");
        abort();
    }
    mprotect(base, GUARD_BYTES, PROT_NONE);
    return static_cast<char *>(base) + GUARD_BYTES;
}

}

void FiberPool::prepare(Fiber *fiber) {
    allow_all(fiber->stack, STACK_BYTES);
    // Stacks that began at like places of a page would all want the same few lines of the first-level cache.
    const size_t stagger = (fiber - fibers) % 64 * 448;
    void **top = reinterpret_cast<void **>(fiber->stack + STACK_BYTES - stagger);
    *--top = nullptr;                                // the entry never returns; also keeps its frame aligned
    *--top = reinterpret_cast<void *>(entry);
    for (int i = 0; i < 6; i++) *--top = nullptr;    // the registers that a switch restores
    fiber->stack_pointer = top;
}

Fiber *FiberPool::take() {
    if (idle_count > 0) return idle[--idle_count];
    Fiber *fiber = &fibers[made++];
    fiber->stack = new_stack();
    prepare(fiber);
    return fiber;
}

void FiberPool::abandon_all() {
    idle_count = 0;
    for (int i = 0; i < made; i++) {
        prepare(&fibers[i]);
        give(&fibers[i]);
    }
}

}
