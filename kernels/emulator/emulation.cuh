// The g++ side of device.cuh: CUDA's words, types, intrinsics and warp operations under their own names, so that kernels compile
// unchanged and run on a CPU, one fiber a thread. A kernel file sees only what is included from here.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "device/words.cuh"
#include "device/vectors.cuh"
#include "device/bf16.cuh"
#include "runtime/block.h"
#include "device/intrinsics.cuh"
#include "device/collectives.cuh"
#include "device/copies.cuh"
#include "device/matrices.cuh"

#define threadIdx (emulation::current->index)
#define blockIdx (emulation::block.index)
#define blockDim (emulation::block.threads_shape)
#define gridDim (emulation::block.grid_shape)
#define warpSize 32

// Declares T *name: the block's dynamic shared memory.
#define DYNAMIC_SHARED(T, name) T *name = reinterpret_cast<T *>(emulation::block.dynamic_shared)
