// Group normalisation with modulation and activation in one pass: y = act((x̂·γ + β)·(1 + scale) + shift), x [batch, frames, channels].
//
// A block a (batch, group) would leave 100 of 132 processors idle at batch 1, so frames are shared out as well. Small tensors: one launch; every
// block takes the statistics of whole groups (at most 128 KB, which lie in the L2 cache after the first block) and writes a stretch of frames; what
// it reads twice costs less than the boundary of a second kernel. Large ones: statistics of stretches, then their sum and the result.
// A block owns a tile of neighbouring groups, so that it reads whole sectors (small) or lines (large) even where groups are narrow.
// The order of the statistics depends on frames, channels and groups only, so a batch row's bits do not depend on the batch.
#include "moments.cuh"

constexpr int MOST_GROUPS = 64;  // of a tile: 64 of one channel fill a line of bf16

// SiLU of a value that will be rounded to T: bf16 takes the approximate instructions.
__device__ __forceinline__ float silu(float x, const float *) { return x * sigmoid(x); }
__device__ __forceinline__ float silu(float x, const bf16 *) { return __fdividef(x, 1.f + exp2_fast(x * -1.4426950408889634f)); }

// One channel of one batch row; KIND is an activation that is known beforehand, or −1.
template <int KIND, typename T> struct NormOfChannel {
    float mean, factor, offset;
    int activation;
    __device__ __forceinline__ float operator()(float x) const {
        const float y = (x - mean) * factor + offset;
        if constexpr (KIND == NONE) return y;
        else if constexpr (KIND == SILU) return silu(y, static_cast<const T *>(nullptr));
        else return activate(activation, y);
    }
};

// What belongs to a batch row's tile; scale and shift may be null.
template <typename T> struct Tile {
    const T *x;
    T *y;
    const float *gamma, *beta;
    const T *scale, *shift;
    int x_stride, y_stride, size, groups;

    // Moves on to the batch row and tile of this block, the last of which may have fewer groups.
    __device__ __forceinline__ void enter(int frames, int channels, int scale_stride, int shift_stride) {
        const int first = blockIdx.x * groups * size;
        const long long row = static_cast<long long>(blockIdx.z) * frames;
        x += row * x_stride + first, y += row * y_stride + first;
        gamma += first, beta += first;
        if (scale) scale += static_cast<long long>(blockIdx.z) * scale_stride + first, shift += static_cast<long long>(blockIdx.z) * shift_stride + first;
        groups = min(groups, (channels - first) / size);
    }

    template <int THREADS, int KIND> __device__ __forceinline__ void map(const float2 *statistics, int from, int to, int activation) const {
        const auto channel = [&](int c) {
            const float2 s = statistics[c / size];
            const float strength = scale ? 1.f + load(scale + c) : 1.f;
            return NormOfChannel<KIND, T>{s.x, s.y * gamma[c] * strength, beta[c] * strength + (shift ? load(shift + c) : 0.f), activation};
        };
        // The other activations are too long to be written out for sixteen elements; no model of today follows a group norm with one.
        if constexpr (KIND < 0) map_columns<THREADS, 1, 1>(x, x_stride, y, y_stride, groups * size, from, to, channel);
        else map_columns<THREADS>(x, x_stride, y, y_stride, groups * size, from, to, channel);
    }

    // Statistics: mean and 1/√(variance + ε) of each group.
    template <int THREADS> __device__ __forceinline__ void apply(const float2 *statistics, int from, int to, int activation) const {
        if (activation == SILU) map<THREADS, SILU>(statistics, from, to, activation);
        else if (activation == NONE) map<THREADS, NONE>(statistics, from, to, activation);
        else map<THREADS, -1>(statistics, from, to, activation);
    }
};

__device__ __forceinline__ float2 statistics_of(Moments m, float epsilon) { return make_float2(m.mean, rsqrtf(m.squares / m.count + epsilon)); }

template <typename T> __device__ __forceinline__ void group_norm_small(Tile<T> tile, int frames, int frames_a_block, float epsilon, int activation) {
    __shared__ float2 statistics[MOST_GROUPS];
    tile_moments<512>(tile.x, tile.x_stride, tile.size, tile.groups, 0, frames,
                      [&](int group, Moments m) { statistics[group] = statistics_of(m, epsilon); });
    const int from = blockIdx.y * frames_a_block;
    tile.template apply<512>(statistics, from, min(frames, from + frames_a_block), activation);
}

extern "C" __global__ void __launch_bounds__(512) group_norm_small_f32(
        const float *x,      // [batch, frames, channels]
        const float *gamma,  // [channels]
        const float *beta,   // [channels]
        const float *scale,  // [batch, channels], or null
        const float *shift,  // [batch, channels], or null with it
        float *y,            // like x, and not in its place: blocks read what others write
        int frames,          // the grid is tiles by stretches of frames by batch rows
        int channels,
        int x_stride,        // elements from frame to frame
        int y_stride,
        int scale_stride,    // elements from batch row to batch row
        int shift_stride,
        int size,            // channels of a group
        int tile,            // groups of a block, at most 64, and 1 where size exceeds 512
        int frames_a_block,  // that a block writes
        float epsilon,       // added to the variance
        int activation) {    // ordinal of io.vivace.graph.Activation
    Tile<float> own = {x, y, gamma, beta, scale, shift, x_stride, y_stride, size, tile};
    own.enter(frames, channels, scale_stride, shift_stride);
    group_norm_small(own, frames, frames_a_block, epsilon, activation);
}

extern "C" __global__ void __launch_bounds__(512) group_norm_small_bf16(
        const bf16 *x, const float *gamma, const float *beta, const bf16 *scale, const bf16 *shift, bf16 *y, int frames, int channels, int x_stride,
        int y_stride, int scale_stride, int shift_stride, int size, int tile, int frames_a_block, float epsilon,
        int activation) {  // as group_norm_small_f32
    Tile<bf16> own = {x, y, gamma, beta, scale, shift, x_stride, y_stride, size, tile};
    own.enter(frames, channels, scale_stride, shift_stride);
    group_norm_small(own, frames, frames_a_block, epsilon, activation);
}

template <typename T>
__device__ __forceinline__ void group_norm_moments(const T *x, float *partials, int frames, int channels, int x_stride, int size, int tile, int frames_a_part) {
    const int first = blockIdx.x * tile, all = channels / size, from = blockIdx.y * frames_a_part;
    tile_moments<256>(x + static_cast<long long>(blockIdx.z) * frames * x_stride + first * size, x_stride, size, min(tile, all - first), from,
                      min(frames, from + frames_a_part), [&](int group, Moments m) {
                          const long long at = (static_cast<long long>(blockIdx.z) * all + first + group) * gridDim.y + blockIdx.y;
                          reinterpret_cast<float2 *>(partials)[at] = make_float2(m.mean, m.squares);
                      });
}

extern "C" __global__ void __launch_bounds__(256) group_norm_moments_f32(
        const float *x,       // [batch, frames, channels]
        float *partials,      // [batch, groups, parts, 2]: mean and squares of deviations from it
        int frames,           // the grid is tiles by parts by batch rows
        int channels,
        int x_stride,         // elements from frame to frame
        int size,             // channels of a group
        int tile,             // groups of a block, at most 64, and 1 where size exceeds 256
        int frames_a_part) {  // that a block reads
    group_norm_moments(x, partials, frames, channels, x_stride, size, tile, frames_a_part);
}

extern "C" __global__ void __launch_bounds__(256) group_norm_moments_bf16(
        const bf16 *x, float *partials, int frames, int channels, int x_stride, int size, int tile, int frames_a_part) {  // as group_norm_moments_f32
    group_norm_moments(x, partials, frames, channels, x_stride, size, tile, frames_a_part);
}

// Every block sums the parts of its groups up anew: a few KB from the L2 cache, while other blocks use the memory.
template <typename T>
__device__ __forceinline__ void group_norm_apply(Tile<T> tile, const float *partials, int all, int first, int frames, int parts, int frames_a_part,
                                                 int frames_a_block, float epsilon, int activation) {
    __shared__ float2 statistics[MOST_GROUPS];
    for (int group = threadIdx.x / 32; group < tile.groups; group += 256 / 32) {
        const float2 *own = reinterpret_cast<const float2 *>(partials) + (static_cast<long long>(blockIdx.z) * all + first + group) * parts;
        const Moments m = warp_moments(parts, own[0].x, [&](int part) {
            const float count = static_cast<float>(min(frames_a_part, frames - part * frames_a_part)) * tile.size;
            return Moments{count, own[part].x, own[part].y};
        });
        if ((threadIdx.x & 31) == 0) statistics[group] = statistics_of(m, epsilon);
    }
    __syncthreads();
    const int from = blockIdx.y * frames_a_block;
    tile.template apply<256>(statistics, from, min(frames, from + frames_a_block), activation);
}

extern "C" __global__ void __launch_bounds__(256) group_norm_apply_f32(
        const float *x,         // [batch, frames, channels]
        const float *partials,  // of group_norm_moments
        const float *gamma, const float *beta, const float *scale, const float *shift, float *y, int frames, int channels, int x_stride, int y_stride,
        int scale_stride, int shift_stride, int size, int tile,  // as in group_norm_small, but x and y may share their place
        int parts,              // of partials
        int frames_a_part,
        int frames_a_block,     // that a block writes
        float epsilon, int activation) {
    Tile<float> own = {x, y, gamma, beta, scale, shift, x_stride, y_stride, size, tile};
    own.enter(frames, channels, scale_stride, shift_stride);
    group_norm_apply(own, partials, channels / size, blockIdx.x * tile, frames, parts, frames_a_part, frames_a_block, epsilon, activation);
}

extern "C" __global__ void __launch_bounds__(256) group_norm_apply_bf16(
        const bf16 *x, const float *partials, const float *gamma, const float *beta, const bf16 *scale, const bf16 *shift, bf16 *y, int frames,
        int channels, int x_stride, int y_stride, int scale_stride, int shift_stride, int size, int tile, int parts, int frames_a_part,
        int frames_a_block, float epsilon, int activation) {  // as group_norm_apply_f32
    Tile<bf16> own = {x, y, gamma, beta, scale, shift, x_stride, y_stride, size, tile};
    own.enter(frames, channels, scale_stride, shift_stride);
    group_norm_apply(own, partials, channels / size, blockIdx.x * tile, frames, parts, frames_a_part, frames_a_block, epsilon, activation);
}
