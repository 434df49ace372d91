// Finds accesses to the same memory that nothing orders, whatever the schedule: by two threads of a block without a barrier between them, or
// by two blocks. Only in builds of kind "races", whose kernels g++ compiles for the thread sanitizer; its calls end here, not in its library.
#pragma once
#include <cstddef>

namespace emulation {

extern bool watching_races;                 // whether any kernel was built so

// Memory of the device; accesses by kernels to anything but this and shared memory are not looked at.
void watch_memory(const void *begin, size_t bytes);
void forget_memory(const void *begin);

void note_write(const void *address, size_t bytes, const void *code);

// An atomic operation of the running block orders what it does later after what other blocks did before theirs on the same address.
void note_atomic(const void *address);

}
