// From logits to tokens, one block a row: temperature, top-k, top-p, draw; and in a decoder's step, what is given and where tokens go.
#include "choice.cuh"

// The token of this block's row, in every thread.
template <typename T> __device__ __forceinline__ int sampled(const T *logits, const float *settings, const int *keys, const int *step, float *scratch,
                                                             int codebooks, int vocabulary, int *trouble, int node) {
    const int batch = blockIdx.x / codebooks;
    const long long at = static_cast<long long>(blockIdx.x) * vocabulary;
    const Row<T> row = {logits + at, scratch + at, vocabulary};
    const Mass total = row.weigh(settings + 3 * batch, trouble, node);
    if (total == 0) return 0;
    return drawn(vocabulary, total, uniform(keys + 3 * batch, *step, blockIdx.x - batch * codebooks), [&](int i) { return row.mass(i); });
}

template <typename T> __device__ __forceinline__ void weigh(const T *logits, const float *settings, float *y, int codebooks, int vocabulary,
                                                            int *trouble, int node) {
    const long long at = static_cast<long long>(blockIdx.x) * vocabulary;
    const Row<T> row = {logits + at, y + at, vocabulary};
    const Mass total = row.weigh(settings + 3 * (blockIdx.x / codebooks), trouble, node);
    const float sum = static_cast<float>(total) / UNIT;
    for (int i = threadIdx.x; i < vocabulary; i += THREADS) row.weights[i] = total > 0 ? row.weights[i] / sum : 0.f;
}

extern "C" __global__ void __launch_bounds__(256, 1) sample_tokens_f32(
        const float *logits,    // [batch, codebooks, vocabulary]
        const float *settings,  // [batch, 3]: temperature (0: the likeliest), top-k (0: all), top-p (0 or 1: all)
        const int *keys,        // [batch, 3]: low and high half of the seed, number of the sample
        const int *step,        // [1]
        int *y,                 // [batch, codebooks]: tokens; the grid is their number
        float *scratch,         // [batch, codebooks, vocabulary]: weights
        int codebooks,          // of a sample
        int vocabulary,         // up to 2^18
        int *trouble,           // where a row without anything to choose from is reported, with the bits of its largest logit
        int node) {             // number of the operation
    const int token = sampled(logits, settings, keys, step, scratch, codebooks, vocabulary, trouble, node);
    if (threadIdx.x == 0) y[blockIdx.x] = token;
}

// A token that is given takes the place of the one drawn; either goes into the columns as well.
template <typename T>
__device__ __forceinline__ void next_token(const T *logits, const float *settings, const int *keys, const int *step, const int *given, int *tokens,
                                           const int *column, int ahead, int *y, float *scratch, int codebooks, int vocabulary, int columns, int *trouble,
                                           int node) {
    const int choice = sampled(logits, settings, keys, step, scratch, codebooks, vocabulary, trouble, node);
    if (threadIdx.x != 0) return;
    const int batch = blockIdx.x / codebooks, at = *column + ahead;
    if (at < 0 || at >= columns) return report(trouble, node, at);
    const long long place = (static_cast<long long>(batch) * columns + at) * codebooks + blockIdx.x - batch * codebooks;
    const int token = given[place] >= 0 ? given[place] : choice;
    tokens[place] = token;
    y[blockIdx.x] = token;
}

extern "C" __global__ void __launch_bounds__(256, 1) next_tokens_f32(
        const float *logits,    // [batch, codebooks, vocabulary]
        const float *settings,  // [batch, 3], as of sample_tokens
        const int *keys,        // [batch, 3], as of sample_tokens
        const int *step,        // [1]
        const int *given,       // [batch, columns, codebooks]: tokens, or negative where they are free
        int *tokens,            // [batch, columns, codebooks]: gets the column
        const int *column,      // [1]
        int ahead,              // added to it: by which the column is still to be moved
        int *y,                 // [batch, codebooks]: the column; the grid is its size
        float *scratch,         // [batch, codebooks, vocabulary]: weights
        int codebooks,          // of a sample
        int vocabulary,         // up to 2^18
        int columns,            // of tokens
        int *trouble,           // where a row is reported as of sample_tokens, or a column outside
        int node) {             // number of the operation
    next_token(logits, settings, keys, step, given, tokens, column, ahead, y, scratch, codebooks, vocabulary, columns, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) probabilities_f32(
        const float *logits,    // [batch, codebooks, vocabulary]
        const float *settings,  // [batch, 3], as of sample_tokens
        float *y,               // [batch, codebooks, vocabulary]; the grid is the rows
        int codebooks,          // of a sample
        int vocabulary,         // up to 2^18
        int *trouble,           // where a row without anything to choose from is reported, with the bits of its largest logit
        int node) {             // number of the operation
    weigh(logits, settings, y, codebooks, vocabulary, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) draw(
        const float *probabilities,  // [batch, codebooks, vocabulary], of any sum
        const int *keys,             // [batch, 3], as of sample_tokens
        const int *step,             // [1]
        int *y,                      // [batch, codebooks]: tokens; the grid is their number
        int codebooks,               // of a sample
        int vocabulary,              // up to 2^18
        int *trouble,                // where a row without anything to draw is reported
        int node) {                  // number of the operation
    const int batch = blockIdx.x / codebooks;
    const float *row = probabilities + static_cast<long long>(blockIdx.x) * vocabulary;
    unsigned most = 0;
    for (int i = threadIdx.x; i < vocabulary; i += THREADS) most = max(most, sortable(row[i]));
    const float largest = unsorted(max_key(most));
    // A power of two that takes the largest into [2^44, 2^45), as far as float's range allows.
    const unsigned exponent = __float_as_uint(largest) >> 23;
    const float scale = __uint_as_float(min(254u, 127u + 44u + 127u - exponent) << 23);
    auto mass = [&](int i) { return mass_of(row[i], scale); };
    const bool able = largest > 0.f && largest < INFINITY;
    Mass total = 0;
    if (able) for (int i = threadIdx.x; i < vocabulary; i += THREADS) total += mass(i);
    total = sum_mass(total);
    int token = 0;
    if (total > 0) token = drawn(vocabulary, total, uniform(keys + 3 * batch, *step, blockIdx.x - batch * codebooks), mass);
    else if (threadIdx.x == 0) report(trouble, node, blockIdx.x);
    if (threadIdx.x == 0) y[blockIdx.x] = token;
}
