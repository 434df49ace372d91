// The running block: its threads, each on a stack of its own, and who waits where. Blocks run one after the other on the calling
// system thread, so all of this is global and unlocked; whoever launches holds the device.
#pragma once
#include <cstdint>
#include <vector>

#include "../device/vectors.cuh"
#include "fiber.h"
#include "kernel.h"
#include "schedule.h"

namespace emulation {

struct Site {
    const char *file;
    int line;
};

enum class Collective : uint8_t { SYNC, SHUFFLE, BALLOT, LOAD_MATRIX, LOAD_MATRIX_TRANSPOSED, MULTIPLY_ADD };

struct AsyncCopy {
    uint64_t *shared;
    uint64_t words[2];
};

struct Thread {
    uint3 index;
    int number, lane;
    struct Warp *warp;
    Fiber *fiber;                       // null before it began
    Site site;                          // where it waits
    uint32_t mask;                      // of the collective that it waits in
    Collective collective;
    std::vector<AsyncCopy> copies;      // not waited for yet, oldest first
    std::vector<int> groups;            // for each that is committed, oldest first: how many copies it and all before it hold
};

// Collectives are worked out by the last lane to arrive: it reads what all lanes put in and leaves each its result.
struct Warp {
    uint32_t runnable;                  // may go on, or begin
    uint32_t gathered;                  // wait in a collective
    uint32_t at_barrier;
    uint32_t exited;
    alignas(64) uint64_t in[32];
    alignas(64) uint64_t out[32];
    uint8_t source[32];
    struct Fragments { uint32_t a[4], b[2]; float d[4]; } fragments[32];
    alignas(16) uint16_t rows[32][8];
    alignas(16) uint32_t tiles[32][4];
    Thread threads[32];
};

struct Block {
    uint3 index;
    dim3 threads_shape, grid_shape;
    unsigned char *dynamic_shared;
    const Kernel *kernel;
    const uint64_t *slots;
    int threads, warp_count;
    int alive, at_barrier;
    Site barrier;                       // where those at the barrier wait
    uint32_t runnable_warps;
    Chooser chooser;
    Warp warps[32];
};

extern Block block;
extern Thread *current;

// The thread waits until all lanes of the mask have come to the same collective.
void gather(uint32_t mask, Collective collective, Site site);
void wait_at_barrier(Site site);

// The thread's copies are done, all but the last groups.
void finish_copies(int groups_left);

// Ends the grid unless these bytes lie in the block's shared memory.
void check_shared(const void *address, int bytes, const char *what, Site site);

// For the stacks: the next thread to run, if possible of this warp, or null where nobody can go on; what a thread leaves behind when its
// kernel has returned; and going on with a thread, leaving the running one on its stack.
Thread *choose(Warp *preferred);
void leave();
void go_on_with(Thread *next, Fiber *left);

// Ends the grid: the message goes to whoever launched, with the kernel, block and thread.
[[noreturn]] void fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Fills the result slots of all lanes in the mask.
void work_out(Warp &warp, uint32_t mask, Collective collective);

}
