// Two operations in one launch: the second reads what the first makes, and has its weights, or keys and values, on their way meanwhile.
//
// A block's work is told by a ticket that it draws when it begins. The first tickets do the first operation and wait for nobody; later ones wait
// for them, that is only for blocks that are running already, so all come to an end in whatever order the hardware begins blocks and however few
// run at once. (A block that waited by its index, or a barrier of the whole grid, could wait for one that never gets a place.)
//
// The second operation waits for all of the first: memory that the first still reads may be that of the second's result. What another block has
// written may be read by plain loads after the wait, which acquires; so no pointer of these kernels is __restrict__, and nothing is read by __ldg.
#pragma once
#include "device.cuh"

#ifdef __CUDACC__

// How many blocks have drawn a ticket before this one; after the last of `blocks` the next launch starts from 0 again. Orders no memory.
__device__ __forceinline__ int draw_ticket(int *counter, int blocks) {
    return static_cast<int>(atomicInc(reinterpret_cast<unsigned *>(counter), static_cast<unsigned>(blocks) - 1));
}

// Adds to a counter, after all that this thread has written or met at a barrier; returns what it was.
__device__ __forceinline__ int publish(int *counter, int by) {
    __threadfence();
    return atomicAdd(counter, by);
}

// Waits until those bits of a counter have a value. What was written before they were published can be read then, by this thread and by those that
// it meets at the next barrier.
__device__ __forceinline__ void wait_for(const int *counter, int bits, int value) {
    int seen;
    do {
        asm volatile("ld.acquire.gpu.global.s32 %0, [%1];\n" : "=r"(seen) : "l"(counter) : "memory");
    } while ((seen & bits) != value);
}

#else
#include "device/tickets.cuh"
#endif

struct Tickets {
    int *counters;      // [2], zero before and after: tickets drawn; blocks done, of the first operation in the low half, of the second in the high half
    int first, second;  // blocks of the operations; the grid may have more, which leave at once

    // What the counter of blocks done holds after the last. In shared memory, for registers are scarce where it waits for its use.
    static __device__ __forceinline__ int &all() {
        __shared__ int blocks;
        return blocks;
    }

    __device__ __forceinline__ int draw() const {
        __shared__ int ticket;
        if (threadIdx.x == 0) {
            ticket = draw_ticket(counters, gridDim.x);
            all() = first | second << 16;
        }
        __syncthreads();
        return ticket;
    }

    __device__ __forceinline__ void wait() const {
        if (threadIdx.x == 0) wait_for(counters + 1, 0xffff, first);
        __syncthreads();
    }

    // The last block of all leaves zeros.
    __device__ __forceinline__ void done(int one) const {
        __syncthreads();
        if (threadIdx.x == 0 && publish(counters + 1, one) + one == all()) counters[1] = 0;
    }
};

// The operations are given the number of the block within them; the second calls what it is given before it reads what the first has made, and
// before it writes anything.
template <class First, class Second> __device__ __forceinline__ void one_after_the_other(const Tickets &tickets, First first, Second second) {
    const int ticket = tickets.draw();
    if (ticket < tickets.first) {
        first(ticket);
        tickets.done(1);
    } else if (ticket < tickets.first + tickets.second) {
        second(ticket - tickets.first, [&] { tickets.wait(); });
        tickets.done(1 << 16);
    }
}
