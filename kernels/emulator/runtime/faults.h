// Invalid addresses and instructions of a running kernel, as the processor reports them, become faults of the grid rather than the end
// of the process (which may be a JVM).
#pragma once
#include <csignal>

namespace emulation {

// While one lives, signals that this system thread's kernel raises are faults; all others go where they went before.
class CatchSignals {
public:
    CatchSignals();
    ~CatchSignals();

private:
    stack_t before;
};

}
