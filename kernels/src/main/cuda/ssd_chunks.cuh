// One block's walk from chunk to chunk: see ssd_chunks.cu.
#pragma once
#include "ssd_tiles.cuh"

namespace {

constexpr float LOG2_E = 1.44269504f;
// Channels of a block, and elements of a row of such, padded; floats of a row of sums, padded.
constexpr int SSD_CHANNELS = 16, SSD_X_ROW = 24, SSD_SUM_ROW = 20;

struct Duality {
    const bf16 *x, *delta, *b, *c, *gate;
    int x_stride, delta_stride, b_stride, c_stride, gate_stride;
    const float *scores, *bias, *a, *skip;
    float *state;
    bf16 *y;
    int skip_each, heads, size, groups, states, frames;
    float least, most;
};

// Where things lie in dynamic shared memory. Scores and partial sums take turns in one place.
struct Shared {
    bf16 c[2][SSD_TILE], b[2][SSD_TILE], mixing[SSD_TILE], x[SSD_CHUNK * SSD_X_ROW], weighted[SSD_CHUNK * SSD_X_ROW];
    union {
        float scores[SSD_CHUNK * SSD_CHUNK];
        float sums[5][SSD_CHUNK * SSD_SUM_ROW];
    };
    float step[SSD_CHUNK], sum[SSD_CHUNK];
};

// Hides where a number comes from. Without it the compiler keeps the places of all states, which it needs at both ends of the walk, in registers on the way.
__device__ __forceinline__ void forget(int &number) { asm volatile("" : "+r"(number)); }

// A thread's part of one block's work. SLICES: of 64 states.
template <int SLICES> struct Walk {
    const Duality &d;
    Shared &shared;
    int lane, warp, head, group, first, row, column;
    long long start;
    float rate, bias, raw_delta, raw_x[8];
    float state[SLICES][2][4], partial[8][4];

    __device__ __forceinline__ Walk(const Duality &operands, Shared &memory) : d(operands), shared(memory) {
        lane = threadIdx.x & 31, warp = threadIdx.x >> 5, head = blockIdx.y, group = head / (d.heads / d.groups), first = blockIdx.x * SSD_CHANNELS;
        row = threadIdx.x / 2, column = threadIdx.x % 2 * 8;  // of the elements that it loads and finishes
        start = static_cast<long long>(blockIdx.z) * d.frames;
        rate = d.a[head] * LOG2_E, bias = d.bias ? d.bias[head] : 0.f;
    }

    // Element i of a fragment of the state: channels lane/4 and 8 on, states 2 (lane%4) and the next.
    __device__ __forceinline__ float *place(float *whole, int slice, int tile, int i) const {
        const int p = first + lane / 4 + i / 2 * 8, n = slice * SSD_SLICE + warp * 16 + tile * 8 + lane % 4 * 2 + i % 2;
        if (p >= d.size || n >= d.states) return nullptr;
        return whole + ((static_cast<long long>(blockIdx.z) * d.heads + head) * d.size + p) * d.states + n;
    }

    template <typename F> __device__ __forceinline__ void each_state(F f) {
#pragma unroll
        for (int slice = 0; slice < SLICES; slice++) {
#pragma unroll
            for (int tile = 0; tile < 2; tile++) {
#pragma unroll
                for (int i = 0; i < 4; i++) f(state[slice][tile][i], place(d.state, slice, tile, i));
            }
        }
    }

    __device__ __forceinline__ void fetch(int base) {
        const int frame = base + threadIdx.x;
        if (threadIdx.x < SSD_CHUNK) raw_delta = frame < d.frames ? load(d.delta + (start + frame) * d.delta_stride + head) : 0.f;
        const bf16 *x = d.x + (start + base + row) * d.x_stride + head * d.size;
#pragma unroll
        for (int i = 0; i < 8; i++) raw_x[i] = base + row < d.frames && first + column + i < d.size ? load(x + first + column + i) : 0.f;
    }

    __device__ __forceinline__ void copy(int base, int slice, int buffer) {
        const bf16 *b = d.b + (start + base) * d.b_stride + group * d.states, *c = d.c + (start + base) * d.c_stride + group * d.states;
        copy_slice<SSD_CHUNK>(shared.b[buffer], b, d.b_stride, d.frames - base, d.states, slice);
        copy_slice<SSD_CHUNK>(shared.c[buffer], c, d.c_stride, d.frames - base, d.states, slice);
        copy_async_commit();
    }

    // Steps of the chunk and their running sums times the rate, by the first warp: two frames a lane. A frame that is not there has step 0.
    __device__ __forceinline__ void sum_steps(int frames) {
        if (threadIdx.x < SSD_CHUNK) {
            const float step = fminf(fmaxf(softplus(raw_delta + bias), d.least), d.most);
            shared.step[threadIdx.x] = threadIdx.x < frames ? step : 0.f;
        }
        __syncthreads();
        if (warp > 0) return;
        const float before = rate * shared.step[2 * lane], both = before + rate * shared.step[2 * lane + 1];
        float sum = both;
#pragma unroll
        for (int offset = 1; offset < 32; offset *= 2) {
            const float lower = __shfl_up_sync(0xffffffffu, sum, offset);
            if (lane >= offset) sum += lower;
        }
        shared.sum[2 * lane] = sum - both + before;
        shared.sum[2 * lane + 1] = sum;
    }

    // Channels of the chunk: as they are, and with what the step and the decay up to the chunk's end make of them.
    __device__ __forceinline__ void share_channels() {
        const float weight = shared.step[row] * exp2_fast(shared.sum[SSD_CHUNK - 1] - shared.sum[row]);
#pragma unroll
        for (int i = 0; i < 8; i++) {
            store(shared.x + row * SSD_X_ROW + column + i, raw_x[i]);
            store(shared.weighted + row * SSD_X_ROW + column + i, weight * raw_x[i]);
        }
    }

    __device__ __forceinline__ void copy_scores(int base) {
        const long long chunks = (d.frames + SSD_CHUNK - 1) / SSD_CHUNK, chunk = (blockIdx.z * d.groups + group) * chunks + base / SSD_CHUNK;
#pragma unroll
        for (int i = 0; i < SSD_CHUNK * SSD_CHUNK / 4 / SSD_THREADS; i++) {
            const int at = (i * SSD_THREADS + threadIdx.x) * 4;
            copy_async16(shared.scores + at, d.scores + chunk * SSD_CHUNK * SSD_CHUNK + at);
        }
        copy_async_commit();
    }

    // What the state before the chunk gives to its frames, and what the chunk leaves of it and adds.
    __device__ __forceinline__ void take_slice(int slice, int buffer, float kept) {
        float (&s)[2][4] = state[slice];
        const uint32_t left[4] = {bf16_pair(s[0][0], s[0][1]), bf16_pair(s[0][2], s[0][3]), bf16_pair(s[1][0], s[1][1]), bf16_pair(s[1][2], s[1][3])};
#pragma unroll
        for (int tile = 0; tile < 8; tile += 2) {
            uint32_t one[2], other[2];
            load_right(one, other, shared.c[buffer] + tile * 8 * SSD_TILE_ROW + warp * 16, SSD_TILE_ROW, lane);
            multiply_add(partial[tile], left, one);
            multiply_add(partial[tile + 1], left, other);
        }
#pragma unroll
        for (int i = 0; i < 8; i++) s[i / 4][i % 4] *= kept;
#pragma unroll
        for (int k = 0; k < 4; k++) {
            uint32_t channels[4], one[2], other[2];
            load_left_transposed(channels, shared.weighted + k * 16 * SSD_X_ROW, SSD_X_ROW, lane);
            load_right_transposed(one, other, shared.b[buffer] + k * 16 * SSD_TILE_ROW + warp * 16, SSD_TILE_ROW, lane);
            multiply_add(s[0], channels, one);
            multiply_add(s[1], channels, other);
        }
    }

    // How much of frame j gets into frame i: scores, decayed, times the step; nothing from later frames.
    __device__ __forceinline__ void mix() {
#pragma unroll 4
        for (int i = 0; i < SSD_CHUNK * SSD_CHUNK / SSD_THREADS; i++) {
            const int at = i * SSD_THREADS + threadIdx.x, to = at / SSD_CHUNK, of = at % SSD_CHUNK;
            const float share = of > to ? 0.f : shared.scores[at] * exp2_fast(shared.sum[to] - shared.sum[of]) * shared.step[of];
            store(shared.mixing + to * SSD_TILE_ROW + of, share);
        }
    }

    // Fragment of [channels, frames] into a plane of sums, [frames][channels].
    __device__ __forceinline__ void put(int plane, int tile, const float (&sum)[4]) {
#pragma unroll
        for (int i = 0; i < 4; i++) shared.sums[plane][(tile * 8 + lane % 4 * 2 + i % 2) * SSD_SUM_ROW + lane / 4 + i / 2 * 8] = sum[i];
    }

    // Each warp's share of what comes out of the state, and what 16 frames get from the chunk's frames.
    __device__ __forceinline__ void put_sums() {
#pragma unroll
        for (int tile = 0; tile < 8; tile++) put(warp, tile, partial[tile]);
        float inside[2][4] = {};
#pragma unroll
        for (int k = 0; k < 4; k++) {
            uint32_t channels[4], one[2], other[2];
            load_left_transposed(channels, shared.x + k * 16 * SSD_X_ROW, SSD_X_ROW, lane);
            load_right(one, other, shared.mixing + warp * 16 * SSD_TILE_ROW + k * 16, SSD_TILE_ROW, lane);
            multiply_add(inside[0], channels, one);
            multiply_add(inside[1], channels, other);
        }
        put(4, 2 * warp, inside[0]);
        put(4, 2 * warp + 1, inside[1]);
    }

    __device__ __forceinline__ void write(int base) {
        if (base + row >= d.frames) return;
        const float kept = exp2_fast(shared.sum[row]);
        const long long frame = start + base + row;
        const int head_first = head * d.size;
#pragma unroll
        for (int i = 0; i < 8; i++) {
            const int p = first + column + i, at = row * SSD_SUM_ROW + column + i;
            if (p >= d.size) break;
            float sum = ((shared.sums[0][at] + shared.sums[1][at]) + shared.sums[2][at]) + shared.sums[3][at];
            sum = fmaf(kept, sum, shared.sums[4][at]);
            if (d.skip) sum = fmaf(d.skip[d.skip_each ? head_first + p : head], load(shared.x + row * SSD_X_ROW + column + i), sum);
            if (d.gate) sum *= activate(SILU, load(d.gate + frame * d.gate_stride + head_first + p));
            store(d.y + frame * (d.heads * d.size) + head_first + p, sum);
        }
    }

    __device__ __forceinline__ void take_chunk(int base) {
        sum_steps(d.frames - base);
        __syncthreads();
        copy_scores(base);
        share_channels();
        const float kept = exp2_fast(shared.sum[SSD_CHUNK - 1]);
        const int next = base + SSD_CHUNK, parity = base / SSD_CHUNK * SLICES;
        if (next < d.frames) fetch(next);
#pragma unroll
        for (int tile = 0; tile < 8; tile++) partial[tile][0] = partial[tile][1] = partial[tile][2] = partial[tile][3] = 0.f;
#pragma unroll
        for (int slice = 0; slice < SLICES; slice++) {
            copy_async_wait<0>();
            __syncthreads();
            if (slice + 1 < SLICES) copy(base, slice + 1, (parity + slice + 1) & 1);
            else if (next < d.frames) copy(next, 0, (parity + SLICES) & 1);
            take_slice(slice, (parity + slice) & 1, kept);
        }
        mix();
        __syncthreads();
        put_sums();
        __syncthreads();
        write(base);
        __syncthreads();
    }

    __device__ __forceinline__ void run() {
        copy(0, 0, 0);
        fetch(0);
        each_state([&](float &s, const float *at) { s = at && d.state ? *at : 0.f; });
        for (int base = 0; base < d.frames; base += SSD_CHUNK) take_chunk(base);
        if (!d.state) return;
        forget(lane);
        each_state([&](float s, float *at) { if (at) *at = s; });
    }
};

}  // namespace
