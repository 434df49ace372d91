// Invalid addresses and instructions of a running kernel, as the processor reports them, become faults of the grid rather than the end
// of the process (which may be a JVM).
#pragma once
#include <csignal>
#include <string>

namespace emulation {

// " in FILE:LINE" of an instruction, as far as the binary utilities are there to tell it; else empty.
std::string line_of(const void *code);

// While one lives, signals that this system thread's kernel raises are faults; all others go where they went before.
class CatchSignals {
public:
    CatchSignals();
    ~CatchSignals();

private:
    stack_t before;
};

}
