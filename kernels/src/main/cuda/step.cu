// Small operations of graphs that run step by step: counters, visibility of keys, tokens that are given.
#include "device.cuh"

extern "C" __global__ void __launch_bounds__(32) advance(
        int *first,    // [1], as all counters; null: none
        int first_by,  // summand
        int *second, int second_by, int *third, int third_by) {
    if (threadIdx.x != 0) return;
    if (first) *first += first_by;
    if (second) *second += second_by;
    if (third) *third += third_by;
}

extern "C" __global__ void __launch_bounds__(256) causal_keep(
        const int *position,  // [1]: that of the first query
        int *y,               // [queries, keys]: 1 where the key is not after the query
        int size,             // elements of y; the grid covers them
        int keys) {           // of a row
    const unsigned i = blockIdx.x * 256u + threadIdx.x;
    if (i >= static_cast<unsigned>(size)) return;
    const int query = i / keys, key = i - query * keys;
    y[i] = key <= static_cast<long long>(*position) + query;
}

extern "C" __global__ void __launch_bounds__(256) force(
        const int *fixed,  // [size]: a token, or negative where it is free
        const int *drawn,  // [size]
        int *y,            // [size]
        int size) {        // tokens; the grid covers them
    const unsigned i = blockIdx.x * 256u + threadIdx.x;
    if (i < static_cast<unsigned>(size)) y[i] = fixed[i] >= 0 ? fixed[i] : drawn[i];
}
