// Attention of few queries as one of two operations of a launch whose blocks have 256 threads.
#pragma once
#include "attention_few.cuh"
#include "ring.cuh"

// Blocks that have something to do. Those of chunks that nobody sees yet draw the last tickets and leave at once.
template <typename T> __device__ __forceinline__ int blocks_of(const Call<T> &c, int all) { return all / c.most_chunks() * chunks_of(c.seen()); }

template <typename T, class Ready> __device__ __forceinline__ void attend(const Call<T> &c, int block, int all, Ready ready) {
    typedef Shared<T, 4> Whole;
    static_assert(sizeof(Whole) <= FEW_SHARED, "the dynamic shared memory that the kernels declare");
    DYNAMIC_SHARED(Whole, shared);
    const int tasks = c.tasks(), batches = all / c.most_chunks() / tasks;
    few(*shared, c, Part{block / tasks / batches, block % tasks, block / tasks % batches}, ready);
}
