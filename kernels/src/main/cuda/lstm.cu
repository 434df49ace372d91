// Long short-term memory. The inputs' share of the gates is one matrix product over all frames; what is left is a chain of frames, one launch
// each: a grid-wide barrier is not to be had, and a single block would have to pull all recurrent weights through one SM every frame
// (512 units in float32: 4 MB, 40 us), whereas 64 blocks take 64 KB each from L2, about as long as one kernel boundary (1.3 us).
//
// Hidden states alternate between two buffers, since every block reads all of the old ones while others write the new ones; a unit's cell
// belongs to one thread. States, cells and sums are float32 in every variant. The order of a sum depends on the units alone.
#include "numbers.cuh"

namespace {

// A block owns 8 units with their 4 gates, 32 rows of the weights, of up to 4 rows of the batch. A lane sums 4 neighbouring units of one gate over
// every 32nd input, so that 8 lanes read a 32-byte sector of each gate's panel.
constexpr int LSTM_UNITS = 8, LSTM_ROWS = 4, LSTM_WARPS = 8;

__device__ __forceinline__ float4 weights4(const float *p) { return load4(p); }
__device__ __forceinline__ float4 weights4(const bf16 *p) { return load4(p); }

__device__ __forceinline__ float4 weights4(const int8_t *p) {
    const uint32_t bytes = *reinterpret_cast<const uint32_t *>(p);
    return make_float4(static_cast<int8_t>(bytes), static_cast<int8_t>(bytes >> 8), static_cast<int8_t>(bytes >> 16), static_cast<int8_t>(bytes >> 24));
}

__device__ __forceinline__ float weight(const float *p) { return *p; }
__device__ __forceinline__ float weight(const bf16 *p) { return load(p); }
__device__ __forceinline__ float weight(const int8_t *p) { return *p; }

// Where the weight of input 0 to an output lies: panels of 64 outputs, in them [input][64].
__device__ __forceinline__ long long panel_place(int output, int inputs) { return (static_cast<long long>(output >> 6) * inputs << 6) + (output & 63); }

// Sums of four units from `unit` on over this lane's inputs. Where units are no multiple of four, neighbours may lie in different panels.
template <bool ALIGNED, typename W>
__device__ __forceinline__ void lstm_sums(float4 (&sums)[LSTM_ROWS], const W *weights, const float *before, int gate, int unit, int units, int rows) {
    const int output = gate * units + unit, left = units - unit;
    if (left <= 0) return;
    const W *column = weights + panel_place(output, units);
    const W *second = ALIGNED || left < 2 ? column : weights + panel_place(output + 1, units);
    const W *third = ALIGNED || left < 3 ? column : weights + panel_place(output + 2, units);
    const W *fourth = ALIGNED || left < 4 ? column : weights + panel_place(output + 3, units);
#pragma unroll 4
    for (int k = threadIdx.x >> 3; k < units; k += 4 * LSTM_WARPS) {
        const float4 w = ALIGNED ? weights4(column + k * 64)
                                 : make_float4(weight(column + k * 64), weight(second + k * 64), weight(third + k * 64), weight(fourth + k * 64));
#pragma unroll
        for (int row = 0; row < LSTM_ROWS; row++) {
            if (row < rows) {
                const float h = before[row * units + k];
                sums[row].x = fmaf(w.x, h, sums[row].x);
                sums[row].y = fmaf(w.y, h, sums[row].y);
                sums[row].z = fmaf(w.z, h, sums[row].z);
                sums[row].w = fmaf(w.w, h, sums[row].w);
            }
        }
    }
}

// Sum over the four lanes that hold the same units.
__device__ __forceinline__ float over_inputs(float x) {
    x += __shfl_xor_sync(0xffffffffu, x, 8);
    return x + __shfl_xor_sync(0xffffffffu, x, 16);
}

template <typename T, typename W>
__device__ __forceinline__ void lstm_frame(const float *gates, const W *weights, const float *scales, const float *before, float *after, float *cell,
        T *y, float *hidden, int batch, int units, int frames, int frame) {
    __shared__ __align__(16) float partial[LSTM_WARPS][LSTM_ROWS][4 * LSTM_UNITS];
    const int first = blockIdx.y * LSTM_ROWS, rows = min(LSTM_ROWS, batch - first), warp = threadIdx.x >> 5, lane = threadIdx.x & 31;
    const int quad = lane & 7, unit = blockIdx.x * LSTM_UNITS + 4 * (quad & 1);
    float4 sums[LSTM_ROWS] = {};
    const float *old = before + first * units;
    if ((units & 3) == 0) lstm_sums<true>(sums, weights, old, quad >> 1, unit, units, rows);
    else lstm_sums<false>(sums, weights, old, quad >> 1, unit, units, rows);
#pragma unroll
    for (int row = 0; row < LSTM_ROWS; row++) {
        const float4 sum = make_float4(over_inputs(sums[row].x), over_inputs(sums[row].y), over_inputs(sums[row].z), over_inputs(sums[row].w));
        if (lane < 8) store4(&partial[warp][row][4 * quad], sum);
    }
    __syncthreads();
    const int row = threadIdx.x / LSTM_UNITS, mine = threadIdx.x % LSTM_UNITS, u = blockIdx.x * LSTM_UNITS + mine;
    if (row >= rows || u >= units) return;
    const float *inputs = gates + (static_cast<long long>(first + row) * frames + frame) * 4 * units + u;
    float sum[4];
#pragma unroll
    for (int gate = 0; gate < 4; gate++) {
        sum[gate] = 0.f;
#pragma unroll
        for (int w = 0; w < LSTM_WARPS; w++) sum[gate] += partial[w][row][gate * LSTM_UNITS + mine];
        if (scales) sum[gate] *= scales[gate * units + u];
        sum[gate] += inputs[gate * units];
    }
    const int at = (first + row) * units + u;
    const float c = sigmoid(sum[1]) * cell[at] + sigmoid(sum[0]) * tanhf(sum[2]), h = sigmoid(sum[3]) * tanhf(c);
    cell[at] = c;
    after[at] = h;
    if (hidden) hidden[at] = h;
    store(y + (static_cast<long long>(first + row) * frames + frame) * units + u, h);
}

}  // namespace

// What the chain goes on from: the states, or zeros. A launch of its own, because the last frame may be the first, and writes the state.
extern "C" __global__ void __launch_bounds__(256) lstm_start(
        const float *hidden,  // [count], or null: both start from zeros
        float *before,        // [count]: hidden units of the frame before the first
        float *cell,          // [count]: left alone where hidden is there
        int count) {          // batch·units
    const int i = blockIdx.x * 256 + threadIdx.x;
    if (i >= count) return;
    before[i] = hidden ? hidden[i] : 0.f;
    if (!hidden) cell[i] = 0.f;
}

extern "C" __global__ void __launch_bounds__(256) lstm_frame_f32_f32(
        const float *gates,    // [batch, frames, 4·units]: inputs' share with the bias, gates in the order input, forget, cell, output
        const float *weights,  // [4·units, units] in panels
        const float *scales,   // [4·units] of int8 weights, else null
        const float *before,   // [batch, units]: hidden units of the frame before
        float *after,          // [batch, units]: of this frame
        float *cell,           // [batch, units]: moved on
        float *y,              // [batch, frames, units]
        float *hidden,         // [batch, units]: state that the last frame leaves, else null
        int batch,             // the grid is units/8 by batch/4
        int units,
        int frames,
        int frame) {           // which one this is
    lstm_frame(gates, weights, scales, before, after, cell, y, hidden, batch, units, frames, frame);
}

extern "C" __global__ void __launch_bounds__(256) lstm_frame_f32_bf16(const float *gates, const bf16 *weights, const float *scales, const float *before,
        float *after, float *cell, float *y, float *hidden, int batch, int units, int frames, int frame) {  // as lstm_frame_f32_f32
    lstm_frame(gates, weights, scales, before, after, cell, y, hidden, batch, units, frames, frame);
}

extern "C" __global__ void __launch_bounds__(256) lstm_frame_f32_int8(const float *gates, const int8_t *weights, const float *scales, const float *before,
        float *after, float *cell, float *y, float *hidden, int batch, int units, int frames, int frame) {  // as lstm_frame_f32_f32
    lstm_frame(gates, weights, scales, before, after, cell, y, hidden, batch, units, frames, frame);
}
