// The recurrence of simple recurrent units: every channel by itself, frame by frame. The gates see the last cell through a nonlinear function, so
// frames cannot be taken together; what bounds a run is the chain FMA, exp, reciprocal, FMA of about 60 cycles (35 ns) a frame, whatever the width,
// as long as no load stands in it. So a thread owns a channel and has the operands of the next frames under way while it computes these.
#include "numbers.cuh"

namespace {

// Frames whose operands are loaded at a time: one at 35 ns each covers a trip to memory of 0.3 us.
constexpr int SRU_AHEAD = 8;

struct Operands { float fresh, forget, reset, highway; };

template <typename T>
__device__ __forceinline__ void sru(const T *u, int u_stride, const T *input, int input_stride, const float *recurrent, const float *bias, float *state, T *y,
        int batch, int frames, int width, int forward, float scale) {
    const int i = blockIdx.x * 128 + threadIdx.x, row = i / width, channel = i % width;
    if (row >= batch) return;
    const long long start = static_cast<long long>(row) * frames + (channel < forward ? 0 : frames - 1), way = channel < forward ? 1 : -1;
    const T *mine = u + start * u_stride + channel, *high = input ? input + start * input_stride + channel : mine + 3 * width;
    const long long step = way * u_stride, high_step = input ? way * input_stride : step;
    const float forget_bias = bias[channel], reset_bias = bias[width + channel], factor = input ? scale : 1.f;
    const float forget_seen = recurrent ? recurrent[channel] : 0.f, reset_seen = recurrent ? recurrent[width + channel] : 0.f;
    float cell = state ? state[i] : 0.f;
    Operands next[SRU_AHEAD];
    const auto load_from = [&](int first) {
#pragma unroll
        for (int ahead = 0; ahead < SRU_AHEAD; ahead++) {
            const int frame = min(first + ahead, frames - 1);
            const T *at = mine + frame * step;
            next[ahead] = {load(at), load(at + width), load(at + 2 * width), load(high + frame * high_step)};
        }
    };
    load_from(0);
    for (int first = 0; first < frames; first += SRU_AHEAD) {
        Operands now[SRU_AHEAD];
#pragma unroll
        for (int ahead = 0; ahead < SRU_AHEAD; ahead++) now[ahead] = next[ahead];
        load_from(first + SRU_AHEAD);
#pragma unroll
        for (int ahead = 0; ahead < SRU_AHEAD; ahead++) {
            if (first + ahead >= frames) break;
            const float forget = sigmoid(fmaf(forget_seen, cell, now[ahead].forget + forget_bias));
            const float reset = sigmoid(fmaf(reset_seen, cell, now[ahead].reset + reset_bias)), highway = now[ahead].highway * factor;
            cell = fmaf(cell - now[ahead].fresh, forget, now[ahead].fresh);
            store(y + (start + way * (first + ahead)) * width + channel, fmaf(cell - highway, reset, highway));
        }
    }
    if (state) state[i] = cell;
}

}  // namespace

extern "C" __global__ void __launch_bounds__(128) sru_f32(
        const float *u,          // [batch, frames, parts·width], rows u_stride apart: fresh cells, forget gate, reset gate and, without input, highway
        int u_stride,            // elements
        const float *input,      // [batch, frames, width], rows input_stride apart: the highway before scaling; or null
        int input_stride,        // elements
        const float *recurrent,  // [2·width]: what forget and reset gate see of the cell, or null
        const float *bias,       // [2·width]: of forget and reset gate
        float *state,            // [batch, width]: cells, moved on; or null: from zeros
        float *y,                // [batch, frames, width]
        int batch,               // the grid is batch·width/128
        int frames,
        int width,
        int forward,             // channels from this on run from the last frame to the first
        float scale) {           // of the input
    sru(u, u_stride, input, input_stride, recurrent, bias, state, y, batch, frames, width, forward, scale);
}

extern "C" __global__ void __launch_bounds__(128) sru_bf16(const bf16 *u, int u_stride, const bf16 *input, int input_stride, const float *recurrent,
        const float *bias, float *state, bf16 *y, int batch, int frames, int width, int forward, float scale) {  // as sru_f32
    sru(u, u_stride, input, input_stride, recurrent, bias, state, y, batch, frames, width, forward, scale);
}
