// Causal depthwise convolution of 2 to 8 taps with bias and activation, for whole sequences and single frames alike; the state holds the frames
// before the first one.
//
// Bound by bytes: each element is read once and written once, 4 bytes in bf16, 8 in float32. So a thread takes neighbouring channels at once, keeps
// their taps in registers and slides over a run of frames; only the few frames before a run are read twice, from L2.
// The thread that begins a row of the batch is the only one that reads the old state of its channels, and so may write the new one.
#include "numbers.cuh"

namespace {

// Frames that a thread goes through, and of these such as are on their way at a time.
constexpr int CONV_RUN = 16, CONV_AHEAD = 4;

template <int WIDTH> struct Channels { float of[WIDTH]; };

template <int WIDTH, typename T> __device__ __forceinline__ Channels<WIDTH> load_channels(const T *p) {
    Channels<WIDTH> x;
    if constexpr (WIDTH == 4) {
        const float4 four = load4(p);
        x.of[0] = four.x, x.of[1] = four.y, x.of[2] = four.z, x.of[3] = four.w;
    } else {
        x.of[0] = load(p);
    }
    return x;
}

template <int WIDTH, typename T> __device__ __forceinline__ void store_channels(T *p, const Channels<WIDTH> &x) {
    if constexpr (WIDTH == 4) store4(p, make_float4(x.of[0], x.of[1], x.of[2], x.of[3]));
    else store(p, x.of[0]);
}

// The last frames become the state. Where there are fewer than it holds, it moves up: slot by slot, so that each is read before it is written.
template <int WIDTH, typename T>
__device__ __forceinline__ void leave(const T *x, long long stride, float *state, int channels, int frames, int taps) {
    for (int slot = 0; slot < taps - 1; slot++) {
        const int frame = frames - (taps - 1) + slot;
        const Channels<WIDTH> kept = frame >= 0 ? load_channels<WIDTH>(x + frame * stride) : load_channels<WIDTH>(state + (slot + frames) * channels);
        store_channels<WIDTH>(state + slot * channels, kept);
    }
}

// TAPS: places for taps, of which the first are zero where there are fewer.
template <int TAPS, int WIDTH, typename T>
__device__ __forceinline__ void convolve(const T *x, long long stride, const float *weight, const float *bias, float *state, T *y, int channels, int frames,
        int count, int activation) {
    const int absent = TAPS - count;
    const int lanes = (channels + WIDTH - 1) / WIDTH, i = blockIdx.x * 256 + threadIdx.x, channel = i % lanes * WIDTH, first = i / lanes * CONV_RUN;
    if (first >= frames) return;
    x += blockIdx.y * frames * stride + channel;
    y += static_cast<long long>(blockIdx.y) * frames * channels + channel;
    if (state) state += static_cast<long long>(blockIdx.y) * (count - 1) * channels + channel;
    Channels<WIDTH> taps[TAPS] = {}, window[TAPS] = {}, offset = {};
#pragma unroll
    for (int tap = 0; tap < TAPS; tap++) if (tap >= absent) taps[tap] = load_channels<WIDTH>(weight + (tap - absent) * channels + channel);
    if (bias) offset = load_channels<WIDTH>(bias + channel);
#pragma unroll
    for (int tap = 0; tap < TAPS - 1; tap++) {
        const int frame = first - (TAPS - 1) + tap;
        if (tap < absent) continue;
        if (frame >= 0) window[tap + 1] = load_channels<WIDTH>(x + frame * stride);
        else if (state) window[tap + 1] = load_channels<WIDTH>(state + (frame + count - 1) * channels);
    }
    if (first == 0 && state) leave<WIDTH>(x, stride, state, channels, frames, count);
    for (int frame = first; frame < min(first + CONV_RUN, frames); frame += CONV_AHEAD) {
        Channels<WIDTH> next[CONV_AHEAD];
#pragma unroll
        for (int ahead = 0; ahead < CONV_AHEAD; ahead++) next[ahead] = load_channels<WIDTH>(x + min(frame + ahead, frames - 1) * stride);
#pragma unroll
        for (int ahead = 0; ahead < CONV_AHEAD; ahead++) {
#pragma unroll
            for (int tap = 0; tap < TAPS - 1; tap++) window[tap] = window[tap + 1];
            window[TAPS - 1] = next[ahead];
            Channels<WIDTH> sum = offset;
#pragma unroll
            for (int c = 0; c < WIDTH; c++) {
#pragma unroll
                for (int tap = 0; tap < TAPS; tap++) sum.of[c] = fmaf(taps[tap].of[c], window[tap].of[c], sum.of[c]);
                sum.of[c] = activate(activation, sum.of[c]);
            }
            if (frame + ahead < frames) store_channels<WIDTH>(y + static_cast<long long>(frame + ahead) * channels, sum);
        }
    }
}

template <typename T>
__device__ __forceinline__ void convolve(const T *x, int stride, const float *weight, const float *bias, float *state, T *y, int channels, int frames, int taps,
        int width, int activation) {
    if (taps <= 4 && width == 4) convolve<4, 4>(x, stride, weight, bias, state, y, channels, frames, taps, activation);
    else if (taps <= 4) convolve<4, 1>(x, stride, weight, bias, state, y, channels, frames, taps, activation);
    else if (width == 4) convolve<8, 4>(x, stride, weight, bias, state, y, channels, frames, taps, activation);
    else convolve<8, 1>(x, stride, weight, bias, state, y, channels, frames, taps, activation);
}

}  // namespace

extern "C" __global__ void __launch_bounds__(256) causal_depthwise_conv_f32(
        const float *x,       // [batch, frames, channels], rows `stride` apart
        int stride,           // elements
        const float *weight,  // [taps, channels], the oldest frame's first
        const float *bias,    // [channels], or null
        float *state,         // [batch, taps - 1, channels]: frames before the first, oldest first, moved on; or null
        float *y,             // [batch, frames, channels]
        int channels,
        int frames,
        int taps,             // 2 to 8
        int width,            // channels a thread: 4 where all rows allow it, else 1; the grid is channels/width times frames/16 threads by the batch
        int activation) {     // an Activation
    convolve(x, stride, weight, bias, state, y, channels, frames, taps, width, activation);
}

extern "C" __global__ void __launch_bounds__(256) causal_depthwise_conv_bf16(const bf16 *x, int stride, const float *weight, const float *bias, float *state,
        bf16 *y, int channels, int frames, int taps, int width, int activation) {  // as causal_depthwise_conv_f32
    convolve(x, stride, weight, bias, state, y, channels, frames, taps, width, activation);
}
