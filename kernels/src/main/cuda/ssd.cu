// The state-space layer of Mamba-2 frame by frame: a step while decoding, and every length in float32. A warp owns four rows of a head's state [size, states]
// and keeps them in registers from frame to frame; lanes lie along the states.
//
// A step reads and writes the state once and little else: with 32 heads of 64 by 512 states 8.4 MB a row of the batch, 2 us at 4.3 TB/s; every thread then has
// its 64 states on their way at once. Over many frames it is bound by arithmetic, 3 operations a state and frame, of which tensor cores could take two: see
// ssd_chunks.cu for bf16. In float32 a frame's result and state are the same bits however the frames are dealt out to calls.
#include "numbers.cuh"

namespace {

constexpr int SSD_ROWS = 4;

template <typename T> struct Inputs {
    const T *x, *delta, *b, *c, *gate;
    int x_stride, delta_stride, b_stride, c_stride, gate_stride;
    const float *bias, *a, *skip;
    float *state;
    T *y;
    int skip_each, heads, size, groups, states, frames;
    float least, most;
};

// What a lane needs of one frame: its states' B and C, the four channels of its warp, the gate of the channel whose result it gets.
template <int OWN> struct Frame { float b[OWN], c[OWN], x[SSD_ROWS], z; };

template <int OWN, typename T>
__device__ __forceinline__ Frame<OWN> load_frame(const Inputs<T> &s, long long row, int first, int lane, int group) {
    Frame<OWN> frame;
    const T *b = s.b + row * s.b_stride + group * s.states, *c = s.c + row * s.c_stride + group * s.states;
#pragma unroll
    for (int i = 0; i < OWN; i++) {
        const int n = i * 32 + lane;
        frame.b[i] = n < s.states ? load(b + n) : 0.f;
        frame.c[i] = n < s.states ? load(c + n) : 0.f;
    }
    const int head = blockIdx.y * s.size, mine = first + lane / 8;
#pragma unroll
    for (int p = 0; p < SSD_ROWS; p++) frame.x[p] = first + p < s.size ? load(s.x + row * s.x_stride + head + first + p) : 0.f;
    frame.z = s.gate && mine < s.size ? load(s.gate + row * s.gate_stride + head + mine) : 0.f;
    return frame;
}

// Sums over the warp of four values: lanes 8 p to 8 p + 7 get that of value p.
__device__ __forceinline__ float sum_rows(float (&x)[SSD_ROWS], int lane) {
    const bool upper = lane & 16, odd = lane & 8;
    const float first = (upper ? x[2] : x[0]) + __shfl_xor_sync(0xffffffffu, upper ? x[0] : x[2], 16);
    const float second = (upper ? x[3] : x[1]) + __shfl_xor_sync(0xffffffffu, upper ? x[1] : x[3], 16);
    float sum = (odd ? second : first) + __shfl_xor_sync(0xffffffffu, odd ? first : second, 8);
#pragma unroll
    for (int offset = 4; offset > 0; offset /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, offset);
    return sum;
}

// OWN: states of a lane. Where registers allow, the next frame is on its way while this one is computed.
template <int OWN, typename T> __device__ __forceinline__ void recur(const Inputs<T> &s) {
    const int lane = threadIdx.x & 31, first = blockIdx.x * 16 + threadIdx.x / 32 * SSD_ROWS, head = blockIdx.y, group = head / (s.heads / s.groups);
    if (first >= s.size) return;
    const int mine = first + lane / 8, channel = head * s.size + mine;
    const long long start = static_cast<long long>(blockIdx.z) * s.frames;
    float *state = s.state ? s.state + ((static_cast<long long>(blockIdx.z) * s.heads + head) * s.size + first) * s.states : nullptr;
    float h[SSD_ROWS][OWN];
#pragma unroll
    for (int p = 0; p < SSD_ROWS; p++) {
#pragma unroll
        for (int i = 0; i < OWN; i++) {
            const int n = i * 32 + lane;
            h[p][i] = state && first + p < s.size && n < s.states ? state[p * s.states + n] : 0.f;
        }
    }
    const float a = s.a[head], bias = s.bias ? s.bias[head] : 0.f, skip = s.skip && mine < s.size ? s.skip[s.skip_each ? channel : head] : 0.f;
    constexpr bool AHEAD = OWN <= 8;
    Frame<OWN> next;
    if (AHEAD) next = load_frame<OWN>(s, start, first, lane, group);
    float step = 0.f, keep = 0.f;
    for (int t = 0; t < s.frames; t++) {
        if (t % 32 == 0) {  // each lane works out the step of one of the next 32 frames
            const float delta = t + lane < s.frames ? load(s.delta + (start + t + lane) * s.delta_stride + head) : 0.f;
            step = fminf(fmaxf(softplus(delta + bias), s.least), s.most);
            keep = expf(a * step);
        }
        const float now = __shfl_sync(0xffffffffu, step, t % 32), kept = __shfl_sync(0xffffffffu, keep, t % 32);
        const Frame<OWN> frame = AHEAD ? next : load_frame<OWN>(s, start + t, first, lane, group);
        if (AHEAD && t + 1 < s.frames) next = load_frame<OWN>(s, start + t + 1, first, lane, group);
        float sums[SSD_ROWS] = {};
#pragma unroll
        for (int p = 0; p < SSD_ROWS; p++) {
            const float input = now * frame.x[p];
#pragma unroll
            for (int i = 0; i < OWN; i++) {
                h[p][i] = fmaf(kept, h[p][i], input * frame.b[i]);
                sums[p] = fmaf(h[p][i], frame.c[i], sums[p]);
            }
        }
        float sum = sum_rows(sums, lane);
        const float x = lane < 16 ? lane < 8 ? frame.x[0] : frame.x[1] : lane < 24 ? frame.x[2] : frame.x[3];
        if (s.skip) sum = fmaf(skip, x, sum);
        if (s.gate) sum *= activate(SILU, frame.z);
        if (lane % 8 == 0 && mine < s.size) store(s.y + (start + t) * (s.heads * s.size) + channel, sum);
    }
    if (!state) return;
#pragma unroll
    for (int p = 0; p < SSD_ROWS; p++) {
#pragma unroll
        for (int i = 0; i < OWN; i++) {
            const int n = i * 32 + lane;
            if (first + p < s.size && n < s.states) state[p * s.states + n] = h[p][i];
        }
    }
}

template <typename T> __device__ __forceinline__ void recur(const Inputs<T> &s) {
    if (s.states <= 32) recur<1>(s);
    else if (s.states <= 64) recur<2>(s);
    else if (s.states <= 128) recur<4>(s);
    else if (s.states <= 256) recur<8>(s);
    else recur<16>(s);
}

}  // namespace

extern "C" __global__ void __launch_bounds__(128) state_space_duality_f32(
        const float *x,      // [batch, frames, heads·size], rows x_stride apart; all strides are in elements
        int x_stride,
        const float *delta,  // [batch, frames, heads]: steps before bias, softplus and limits
        int delta_stride,
        const float *b,      // [batch, frames, groups·states]
        int b_stride,
        const float *c,      // like b
        int c_stride,
        const float *gate,   // like x, or null
        int gate_stride,
        const float *bias,   // [heads], added to delta; or null
        const float *a,      // [heads], negative
        const float *skip,   // [heads] or [heads·size], or null
        int skip_each,       // not 0: by channel
        float *state,        // [batch, heads, size, states], moved on; or null: from zeros
        float *y,            // [batch, frames, heads·size]
        int heads,           // the grid is size by 16, by heads, by batch
        int size,            // channels of a head
        int groups,
        int states,          // at most 512
        int frames,
        float least,         // limits of a step
        float most) {
    recur<float>({x, delta, b, c, gate, x_stride, delta_stride, b_stride, c_stride, gate_stride, bias, a, skip, state, y, skip_each, heads, size, groups, states,
            frames, least, most});
}

extern "C" __global__ void __launch_bounds__(128) state_space_duality_bf16(const bf16 *x, int x_stride, const bf16 *delta, int delta_stride, const bf16 *b,
        int b_stride, const bf16 *c, int c_stride, const bf16 *gate, int gate_stride, const float *bias, const float *a, const float *skip, int skip_each,
        float *state, bf16 *y, int heads, int size, int groups, int states, int frames, float least, float most) {  // as state_space_duality_f32
    recur<bf16>({x, delta, b, c, gate, x_stride, delta_stride, b_stride, c_stride, gate_stride, bias, a, skip, state, y, skip_each, heads, size, groups, states,
            frames, least, most});
}
