// Invalid addresses and instructions of a running kernel, as the processor reports them, become faults of the grid rather than the end
// of the process (which may be a JVM).
#pragma once
#include <csignal>
#include <string>

namespace emulation {

// How to find the line of an instruction: "; addr2line … tells the line". Not found here, since a JVM had better not be forked.
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
