// Selective scan (Mamba-1). A channel's states are spread over neighbouring lanes and stay in their registers from frame to frame; nothing of size
// frames x states ever reaches memory.
//
// Floors, for [1, 4096, 2048] with 16 states in bf16: bytes 67 MB, 16 us; exponentials 134 M at 16 a cycle and SM, 36 us. A channel a thread would need the
// fewest instructions, but makes 64 warps for 132 SMs; eight lanes a channel give every scheduler a warp. What that costs is the sum over lanes: it is taken
// for eight frames at once, so that it is one shuffle a frame. Steps (softplus) and inputs are worked out once a tile of frames for all
// lanes, and the next tile is on its way meanwhile.
//
// Where channels are few, frames are cut into chunks (never by the batch: a row must not depend on its company): first the state that each chunk would
// leave if it started from zero, then the states at all cuts, then the chunks themselves, with their exponentials a second time. Cuts are counted from the
// start of a call; where a sequence is dealt out to calls in another way, float32 sums are rounded in another order, no more.
#include "scan.cuh"

namespace {

using Few = Layout<2, 8, 32, 4>;    // up to 16 states, 16 channels a block
using Many = Layout<4, 16, 16, 2>;  // 64 states at a time, 8 channels a block

template <bool ENDS, typename T> __device__ __forceinline__ float run(const Scan<T> &s, float *shared) {
    if (s.states <= Few::STATES) {
        Chunk<Few, ENDS, T> chunk(s, shared);
        chunk.run();
        return chunk.total;
    }
    Chunk<Many, ENDS, T> chunk(s, shared);
    chunk.run();
    return chunk.total;
}

constexpr int SCAN_FLOATS = Few::FLOATS > Many::FLOATS ? Few::FLOATS : Many::FLOATS;

template <typename T>
__device__ __forceinline__ void scan_whole(const Scan<T> &s) {
    __shared__ __align__(16) float shared[SCAN_FLOATS];
    run<false>(s, shared);
}

template <typename T>
__device__ __forceinline__ void scan_ends(const Scan<T> &s, float *totals) {
    __shared__ __align__(16) float shared[SCAN_FLOATS];
    const float total = run<true>(s, shared);
    const int lanes = s.states <= Few::STATES ? Few::LANES : Many::LANES, channel = blockIdx.x * (SCAN_THREADS / lanes) + threadIdx.x / lanes;
    const long long cut = static_cast<long long>(blockIdx.z) * ((s.frames + s.chunk - 1) / s.chunk) + blockIdx.y;
    if (threadIdx.x % lanes == 0 && channel < s.channels) totals[cut * s.channels + channel] = total;
}

// A thread owns one state of one channel and goes from cut to cut.
template <typename T>
__device__ __forceinline__ void scan_cuts(float *ends, const float *totals, const float *a, const float *state, int channels, int states, int chunks) {
    const int size = channels * states, i = blockIdx.x * 256 + threadIdx.x;
    if (i >= size) return;
    const float own_rate = rate<T>(a[i]);
    float h = state ? state[static_cast<long long>(blockIdx.y) * size + i] : 0.f;
    const long long first = static_cast<long long>(blockIdx.y) * chunks;
    for (long long cut = first; cut < first + chunks - 1; cut++) {
        const float end = ends[cut * size + i], total = totals[cut * channels + i / states];
        ends[cut * size + i] = h;
        h = fmaf(decay<T>(total * own_rate), h, end);
    }
    ends[(first + chunks - 1) * size + i] = h;
}

// One frame: eight lanes a channel, which share out its states.
template <typename T>
__device__ __forceinline__ void scan_step(const Scan<T> &s, float *state) {
    const int channel = blockIdx.x * 16 + threadIdx.x / 8, row = blockIdx.y;
    const bool present = channel < s.channels;
    const float u = present ? s.u.at(row, channel) : 0.f;
    const float step = present ? softplus(s.delta.at(row, channel) + (s.bias ? s.bias[channel] : 0.f)) : 0.f;
    const long long kept = (static_cast<long long>(row) * s.channels + channel) * s.states;
    float sum = 0.f;
    for (int n = threadIdx.x % 8; present && n < s.states; n += 8) {
        const float old = state ? state[kept + n] : 0.f;
        const float h = fmaf(decay<T>(step * rate<T>(s.a[channel * s.states + n])), old, step * u * s.b.at(row, n));
        if (state) state[kept + n] = h;
        sum = fmaf(h, s.c.at(row, n), sum);
    }
#pragma unroll
    for (int offset = 4; offset > 0; offset /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, offset);
    if (!present || threadIdx.x % 8 != 0) return;
    if (s.skip) sum = fmaf(s.skip[channel], u, sum);
    store(s.y + static_cast<long long>(row) * s.channels + channel, s.gate.first ? sum * activate(SILU, s.gate.at(row, channel)) : sum);
}

}  // namespace

extern "C" __global__ void __launch_bounds__(128) selective_scan_f32(
        const float *u,      // [batch, frames, channels], rows u_stride apart; all strides are in elements
        int u_stride,
        const float *delta,  // like u: steps before bias and softplus
        int delta_stride,
        const float *b,      // [batch, frames, states]
        int b_stride,
        const float *c,      // like b
        int c_stride,
        const float *gate,   // like u, or null
        int gate_stride,
        const float *bias,   // [channels], added to delta; or null
        const float *a,      // [channels, states], negative
        const float *skip,   // [channels], or null
        const float *start,  // [batch, chunks, channels, states]: states before each chunk; or null: zeros
        float *finish,       // [batch, channels, states]: state to leave, may be start where there is one chunk; null for none, if states are at most 64
        float *y,            // [batch, frames, channels]
        int channels,        // the grid is channels by 16, or 8 where states are more than 16, by chunks, by batch
        int states,          // more than 64 go with one chunk only
        int frames,
        int chunk,           // frames of a chunk
        int reversed) {      // not 0: from the last frame to the first
    scan_whole<float>({{u, u_stride}, {delta, delta_stride}, {b, b_stride}, {c, c_stride}, {gate, gate_stride}, bias, a, skip, start, finish, y, channels, states,
            frames, chunk, reversed});
}

extern "C" __global__ void __launch_bounds__(128) selective_scan_bf16(const bf16 *u, int u_stride, const bf16 *delta, int delta_stride, const bf16 *b,
        int b_stride, const bf16 *c, int c_stride, const bf16 *gate, int gate_stride, const float *bias, const float *a, const float *skip, const float *start,
        float *finish, bf16 *y, int channels, int states, int frames, int chunk, int reversed) {  // as selective_scan_f32
    scan_whole<bf16>({{u, u_stride}, {delta, delta_stride}, {b, b_stride}, {c, c_stride}, {gate, gate_stride}, bias, a, skip, start, finish, y, channels, states,
            frames, chunk, reversed});
}

extern "C" __global__ void __launch_bounds__(128) selective_scan_ends_f32(
        const float *u,      // operands as those of selective_scan
        int u_stride,
        const float *delta,
        int delta_stride,
        const float *b,
        int b_stride,
        const float *bias,
        const float *a,
        float *ends,         // [batch, chunks, channels, states]: what each chunk but the last leaves if it starts from zero
        float *totals,       // [batch, chunks, channels]: sums of their steps
        int channels,        // the grid is that of selective_scan with one chunk less
        int states,          // at most 64
        int frames,
        int chunk,
        int reversed) {
    scan_ends<float>({{u, u_stride}, {delta, delta_stride}, {b, b_stride}, {}, {}, bias, a, nullptr, nullptr, ends, nullptr, channels, states, frames, chunk,
            reversed}, totals);
}

extern "C" __global__ void __launch_bounds__(128) selective_scan_ends_bf16(const bf16 *u, int u_stride, const bf16 *delta, int delta_stride, const bf16 *b,
        int b_stride, const float *bias, const float *a, float *ends, float *totals, int channels, int states, int frames, int chunk, int reversed) {
    scan_ends<bf16>({{u, u_stride}, {delta, delta_stride}, {b, b_stride}, {}, {}, bias, a, nullptr, nullptr, ends, nullptr, channels, states, frames, chunk,
            reversed}, totals);
}

extern "C" __global__ void __launch_bounds__(256) selective_scan_cuts_f32(
        float *ends,          // [batch, chunks, channels, states]: ends of chunks that started from zero, becomes the states before each chunk
        const float *totals,  // [batch, chunks, channels]: sums of their steps
        const float *a,       // [channels, states]
        const float *state,   // [batch, channels, states]: before the first chunk, or null
        int channels,         // the grid is channels·states by 256, by batch
        int states,
        int chunks) {
    scan_cuts<float>(ends, totals, a, state, channels, states, chunks);
}

extern "C" __global__ void __launch_bounds__(256) selective_scan_cuts_bf16(float *ends, const float *totals, const float *a, const float *state, int channels,
        int states, int chunks) {  // as selective_scan_cuts_f32, with the exponentials of the bf16 kernels
    scan_cuts<bf16>(ends, totals, a, state, channels, states, chunks);
}

extern "C" __global__ void __launch_bounds__(128) selective_scan_step_f32(
        const float *u,      // [batch, channels]; operands as those of selective_scan, with one frame
        int u_stride,
        const float *delta,
        int delta_stride,
        const float *b,
        int b_stride,
        const float *c,
        int c_stride,
        const float *gate,
        int gate_stride,
        const float *bias,
        const float *a,
        const float *skip,
        float *state,        // [batch, channels, states], moved on; or null: zeros
        float *y,            // [batch, channels]
        int channels,        // the grid is channels by 16, by batch
        int states) {
    scan_step<float>({{u, u_stride}, {delta, delta_stride}, {b, b_stride}, {c, c_stride}, {gate, gate_stride}, bias, a, skip, nullptr, nullptr, y, channels,
            states, 1, 1, 0}, state);
}

extern "C" __global__ void __launch_bounds__(128) selective_scan_step_bf16(const bf16 *u, int u_stride, const bf16 *delta, int delta_stride, const bf16 *b,
        int b_stride, const bf16 *c, int c_stride, const bf16 *gate, int gate_stride, const float *bias, const float *a, const float *skip, float *state,
        bf16 *y, int channels, int states) {  // as selective_scan_step_f32
    scan_step<bf16>({{u, u_stride}, {delta, delta_stride}, {b, b_stride}, {c, c_stride}, {gate, gate_stride}, bias, a, skip, nullptr, nullptr, y, channels,
            states, 1, 1, 0}, state);
}
