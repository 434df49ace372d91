// Runs a grid of a kernel to its end on the calling system thread.
#pragma once
#include <cstdint>
#include <string>

#include "kernel.h"
#include "schedule.h"

namespace emulation {

struct GridShape {
    unsigned x = 1, y = 1, z = 1;
};

// What went wrong, with kernel, block, thread and place in the source; empty where nothing did. The caller has checked the launch.
std::string run(const Kernel &kernel, GridShape shape, const uint64_t *slots, const Schedule &schedule);

// Describes an address that a kernel must not have touched; set by whoever owns device memory.
extern std::string (*describe_address)(const void *address);

}
