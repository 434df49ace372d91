// One chunk of a selective scan, by one block: see scan.cu.
#pragma once
#include "numbers.cuh"

namespace {

// Frames of which sums over lanes are taken together.
constexpr int SCAN_THREADS = 128, SCAN_GROUP = 8;

// How a block is laid out: states of a lane, lanes of a channel, frames of a tile, padding of a row of sums against bank conflicts.
template <int OWN, int LANES_, int FRAMES_, int PAD> struct Layout {
    static constexpr int EACH = OWN, LANES = LANES_, FRAMES = FRAMES_, CHANNELS = SCAN_THREADS / LANES, STATES = OWN * LANES, ROW = CHANNELS + PAD;
    // What a thread loads of a tile: values of channels, and of states; and the frames that lie between two of these.
    static constexpr int BY_CHANNEL = FRAMES * CHANNELS / SCAN_THREADS, BY_STATE = FRAMES * STATES / SCAN_THREADS;
    static constexpr int CHANNEL_STEP = SCAN_THREADS / CHANNELS, STATE_STEP = SCAN_THREADS / STATES;
    static constexpr int FLOATS = FRAMES * (2 * CHANNELS + ROW + 2 * STATES);
    static_assert((LANES == 8 || LANES == 16) && FRAMES % SCAN_GROUP == 0 && FRAMES % CHANNEL_STEP == 0 && FRAMES % STATE_STEP == 0 && STATES <= SCAN_THREADS, "a tile is whole");
};

// [batch, frames, width], rows `stride` elements apart.
template <typename T> struct Rows {
    const T *first;
    int stride;
    __device__ __forceinline__ float at(long long row, int column) const { return load(first + row * stride + column); }
};

template <typename T> struct Scan {
    Rows<T> u, delta, b, c, gate;
    const float *bias, *a, *skip, *start;
    float *finish;
    T *y;
    int channels, states, frames, chunk, reversed;
};

// e^(step·rate), of which the rate is prepared once: in bf16 it is multiplied by log2(e).
template <typename T> __device__ __forceinline__ float rate(float a) { return sizeof(T) == 4 ? a : a * 1.44269504f; }

template <typename T> __device__ __forceinline__ float decay(float product) {
    if constexpr (sizeof(T) == 4) return expf(product);
    else return exp2_fast(product);
}

// The states of a lane, out of shared memory at once.
__device__ __forceinline__ void load_own(const float *p, float (&x)[2]) {
    const float2 two = *reinterpret_cast<const float2 *>(p);
    x[0] = two.x, x[1] = two.y;
}

__device__ __forceinline__ void load_own(const float *p, float (&x)[4]) {
    const float4 four = load4(p);
    x[0] = four.x, x[1] = four.y, x[2] = four.z, x[3] = four.w;
}

// Sums of 8 values over 8 or 16 neighbouring lanes: lane i gets the sum of value i % 8. Each exchange halves the values that a lane still has.
template <int LANES> __device__ __forceinline__ float sum_each(float (&x)[SCAN_GROUP], int lane) {
#pragma unroll
    for (int half = SCAN_GROUP / 2; half > 0; half /= 2) {
        const bool upper = lane & half;
#pragma unroll
        for (int i = 0; i < half; i++) {
            const float kept = upper ? x[i + half] : x[i], given = upper ? x[i] : x[i + half];
            x[i] = kept + __shfl_xor_sync(0xffffffffu, given, half);
        }
    }
    return LANES == 8 ? x[0] : x[0] + __shfl_xor_sync(0xffffffffu, x[0], 8);
}

// A thread's part. It loads, and finishes, values of the channel `mine`; it moves on states of the channel `channel`. A turn is one tile of frames with one
// slice of the states; where all states are one slice they never leave their registers. Frames, channels and states that are not there have step, rate and
// input 0, which changes nothing. ENDS: only the state at the end and the sum of steps, no result.
template <typename L, bool ENDS, typename T> struct Chunk {
    const Scan<T> &s;
    float *steps, *inputs, *sums, *bs, *cs;
    int column, mine, own, channel, lane, from, to, slices;
    bool present;
    float bias, skip, total = 0.f;
    float raw_delta[L::BY_CHANNEL], raw_u[L::BY_CHANNEL], raw_b[L::BY_STATE], raw_c[L::BY_STATE], u[L::BY_CHANNEL], z[L::BY_CHANNEL];
    float h[L::EACH], a[L::EACH];

    __device__ __forceinline__ Chunk(const Scan<T> &scan, float *shared) : s(scan) {
        steps = shared, inputs = steps + L::FRAMES * L::CHANNELS, bs = inputs + L::FRAMES * L::CHANNELS, cs = bs + L::FRAMES * L::STATES;
        sums = cs + L::FRAMES * L::STATES;
        column = threadIdx.x % L::CHANNELS, mine = blockIdx.x * L::CHANNELS + column, present = mine < s.channels;
        own = threadIdx.x / L::LANES, channel = blockIdx.x * L::CHANNELS + own, lane = threadIdx.x % L::LANES;
        from = blockIdx.y * s.chunk, to = min(from + s.chunk, s.frames), slices = (s.states + L::STATES - 1) / L::STATES;
        bias = present && s.bias ? s.bias[mine] : 0.f, skip = present && s.skip ? s.skip[mine] : 0.f;
    }

    __device__ __forceinline__ long long cut() const {
        return ((static_cast<long long>(blockIdx.z) * ((s.frames + s.chunk - 1) / s.chunk) + blockIdx.y) * s.channels + channel) * s.states;
    }

    __device__ __forceinline__ bool finishes() const { return ENDS || (s.finish && to == s.frames); }

    __device__ __forceinline__ float *finish() const {
        return ENDS ? s.finish + cut() : s.finish + (static_cast<long long>(blockIdx.z) * s.channels + channel) * s.states;
    }

    __device__ __forceinline__ long long row(int frame) const {
        return static_cast<long long>(blockIdx.z) * s.frames + (s.reversed ? s.frames - 1 - frame : frame);
    }

    __device__ __forceinline__ int base(int turn) const { return from + turn / slices * L::FRAMES; }

    // Begins to load what a turn needs.
    __device__ __forceinline__ void fetch(int turn) {
        const int slice = turn % slices, state = slice * L::STATES + threadIdx.x % L::STATES;
        if (slice == 0) {
#pragma unroll
            for (int i = 0; i < L::BY_CHANNEL; i++) {
                const int frame = base(turn) + i * L::CHANNEL_STEP + threadIdx.x / L::CHANNELS;
                raw_delta[i] = frame < to && present ? s.delta.at(row(frame), mine) : 0.f;
                raw_u[i] = frame < to && present ? s.u.at(row(frame), mine) : 0.f;
            }
        }
#pragma unroll
        for (int i = 0; i < L::BY_STATE; i++) {
            const int frame = base(turn) + i * L::STATE_STEP + threadIdx.x / L::STATES;
            raw_b[i] = frame < to && state < s.states ? s.b.at(row(frame), state) : 0.f;
            if constexpr (!ENDS) raw_c[i] = frame < to && state < s.states ? s.c.at(row(frame), state) : 0.f;
        }
    }

    // Puts what was loaded where all lanes find it.
    __device__ __forceinline__ void share(int turn) {
        if (turn % slices == 0) {
#pragma unroll
            for (int i = 0; i < L::BY_CHANNEL; i++) {
                const int at = i * SCAN_THREADS + threadIdx.x, frame = base(turn) + i * L::CHANNEL_STEP + threadIdx.x / L::CHANNELS;
                steps[at] = frame < to && present ? softplus(raw_delta[i] + bias) : 0.f;
                inputs[at] = steps[at] * raw_u[i];
                u[i] = raw_u[i];
            }
        }
#pragma unroll
        for (int i = 0; i < L::BY_STATE; i++) {
            bs[i * SCAN_THREADS + threadIdx.x] = raw_b[i];
            if constexpr (!ENDS) cs[i * SCAN_THREADS + threadIdx.x] = raw_c[i];
        }
    }

    __device__ __forceinline__ void fetch_gate(int turn) {
#pragma unroll
        for (int i = 0; i < L::BY_CHANNEL; i++) {
            const int frame = base(turn) + i * L::CHANNEL_STEP + threadIdx.x / L::CHANNELS;
            z[i] = frame < to && present ? s.gate.at(row(frame), mine) : 0.f;
        }
    }

    __device__ __forceinline__ void load_states(int turn) {
        const float *old = turn >= slices ? finish() : s.start ? s.start + cut() : nullptr;
#pragma unroll
        for (int i = 0; i < L::EACH; i++) {
            const int state = turn % slices * L::STATES + lane * L::EACH + i;
            const bool there = channel < s.channels && state < s.states;
            a[i] = there ? rate<T>(s.a[channel * s.states + state]) : 0.f;
            h[i] = there && old ? old[state] : 0.f;
        }
    }

    __device__ __forceinline__ void store_states(int turn) const {
        float *left = finish();
#pragma unroll
        for (int i = 0; i < L::EACH; i++) {
            const int state = turn % slices * L::STATES + lane * L::EACH + i;
            if (channel < s.channels && state < s.states) left[state] = h[i];
        }
    }

    // A frame: moves the states on, and returns this lane's share of the result.
    __device__ __forceinline__ float advance(int frame) {
        const float step = steps[frame * L::CHANNELS + own], input = inputs[frame * L::CHANNELS + own];
        float b[L::EACH], c[L::EACH], share = 0.f;
        load_own(bs + frame * L::STATES + lane * L::EACH, b);
        if constexpr (!ENDS) load_own(cs + frame * L::STATES + lane * L::EACH, c);
#pragma unroll
        for (int i = 0; i < L::EACH; i++) {
            h[i] = fmaf(decay<T>(step * a[i]), h[i], input * b[i]);
            if constexpr (!ENDS) share = fmaf(h[i], c[i], share);
        }
        total += step;
        return share;
    }

    __device__ __forceinline__ void advance_tile(int turn) {
        for (int group = 0; group < min(L::FRAMES, to - base(turn)); group += SCAN_GROUP) {
            float shares[SCAN_GROUP];
#pragma unroll
            for (int frame = 0; frame < SCAN_GROUP; frame++) shares[frame] = advance(group + frame);
            if constexpr (!ENDS) {
                const float sum = sum_each<L::LANES>(shares, lane);
                float *all = sums + (group + lane) * L::ROW + own;
                if (lane < SCAN_GROUP) *all = turn % slices == 0 ? sum : *all + sum;
            }
        }
    }

    __device__ __forceinline__ void write(int turn) const {
#pragma unroll
        for (int i = 0; i < L::BY_CHANNEL; i++) {
            const int line = i * L::CHANNEL_STEP + threadIdx.x / L::CHANNELS, frame = base(turn) + line;
            if (frame >= to || !present) continue;
            const float sum = fmaf(skip, u[i], sums[line * L::ROW + column]);
            store(s.y + row(frame) * s.channels + mine, s.gate.first ? sum * activate(SILU, z[i]) : sum);
        }
    }

    __device__ __forceinline__ void run() {
        const int turns = (to - from + L::FRAMES - 1) / L::FRAMES * slices;
        fetch(0);
        for (int turn = 0; turn < turns; turn++) {
            const bool whole = turn % slices == slices - 1;
            share(turn);
            __syncthreads();
            if (!ENDS && whole && s.gate.first) fetch_gate(turn);
            if (turn + 1 < turns) fetch(turn + 1);
            if (turn == 0 || slices > 1) load_states(turn);
            advance_tile(turn);
            if (finishes() && (slices > 1 || turn == turns - 1)) store_states(turn);
            __syncthreads();
            if (!ENDS && whole) write(turn);
        }
    }
};

}  // namespace
