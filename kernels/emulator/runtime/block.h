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

// What every switch touches comes first, in one line of the cache.
struct alignas(64) Thread {
    Fiber *fiber;                       // null before it began
    struct Warp *warp;
    Site site;                          // where it waits
    uint32_t mask;                      // of the collective that it waits in
    uint16_t number;
    uint8_t lane;
    Collective collective;
    uint3 index;
    std::vector<AsyncCopy> copies;      // not waited for yet, oldest first
    std::vector<int> groups;            // for each that is committed, oldest first: how many copies it and all before it hold
};

// Collectives are worked out by the last lane to arrive: it reads what all lanes put in and leaves each its result. A lane that goes on puts
// in for the next one only, so what others have not read yet stays.
struct Warp {
    uint32_t runnable;                  // may go on, or begin
    uint32_t gathered;                  // wait in a collective
    uint32_t at_barrier;
    uint32_t exited;
    uint32_t epoch;                     // rises with every __syncwarp
    alignas(64) uint64_t in[32];        // shuffles and ballots
    alignas(64) uint64_t out[32];
    uint8_t source[32];
    alignas(64) uint32_t rows[32][4];   // ldmatrix: 8 elements of 16 bits from each lane
    alignas(64) uint32_t tiles[4][32];  // and two of each tile for each lane
    alignas(64) uint32_t a[4][32];      // mma: register i of each lane
    alignas(64) uint32_t b[2][32];
    alignas(64) float d[2][32][2];      // registers 2i and 2i + 1
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
    uint32_t epoch;                     // rises with every barrier and block, and never falls
    uint32_t first_epoch, grid_epoch;   // in which this block and this grid began
    bool acquired;                      // whether the block may read what others have written: see note_atomic
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
