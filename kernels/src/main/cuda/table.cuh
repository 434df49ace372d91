// Numbers of rows: one outside its table is reported, and the nearest row taken.
#pragma once
#include "numbers.cuh"

__device__ __forceinline__ long long checked(int id, int rows, bool reports, int *trouble, int node) {
    if (id >= 0 && id < rows) return id;
    if (reports) report(trouble, node, id);
    return id < 0 ? 0 : rows - 1;
}
