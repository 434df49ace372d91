// CUDA's own words for g++.
#pragma once

#define __global__
#define __device__
#define __host__
#define __constant__ static const
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(n) __attribute__((aligned(n)))
#define __launch_bounds__(...)
#define __grid_constant__

// Static, so that the sanitizer puts red zones around it; in a section of its own a kernel file, so that it can be poisoned before
// every block.
#ifndef EMULATION_SHARED_SECTION
#define EMULATION_SHARED_SECTION "emulated_shared"
#endif
#define __shared__ static __attribute__((section(EMULATION_SHARED_SECTION)))
