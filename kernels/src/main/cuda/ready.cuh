// Work that takes a `ready` begins with what is there already, and calls it before it reads what others make, and before it writes. See tickets.cuh.
#pragma once
#include "device.cuh"

// For a block that has nothing to wait for.
struct Nothing {
    __device__ __forceinline__ void operator()() const {}
};
