// Products of few rows, up to 16, with a weight matrix in panels, float32: a block owns a few outputs and all inputs, so that nothing is
// exchanged between blocks. Its eight warps take the chunks of inputs in turn (ring.cuh), leave partial sums in shared memory, and after each
// round these are added up in order. A lane owns one output and up to CHAINS rows: each partial sum is one chain.
#include "ring.cuh"
#include "rows.cuh"

constexpr int MOST_ROWS = 16;

// One chunk's partial sums: lane → output lane % WIDTH, rows lane / WIDTH + 32 / WIDTH · i.
template <typename W, int WIDTH, int CHAINS>
__device__ __forceinline__ void chains(const PlainRows<float> &x, const unsigned char *tile, int chunk, int norm, const float *gamma, const float *beta,
                                       const Moments *moments, float *partial) {
    constexpr int STEP = 32 / WIDTH, PER_UNIT = 16 / sizeof(W);
    [[maybe_unused]] constexpr int UNROLL = CHAINS > 4 ? 1 : 4;
    const int lane = threadIdx.x & 31, output = lane % WIDTH, first = chunk * CHUNK, count = x.inputs - first < CHUNK ? x.inputs - first : CHUNK;
    const float *row[CHAINS];
    Moments moment[CHAINS] = {};
    float sums[CHAINS];
#pragma unroll
    for (int i = 0; i < CHAINS; i++) {
        const int index = lane / WIDTH + STEP * i;
        row[i] = x.row(index);
        sums[i] = 0.f;
        if (norm && row[i]) moment[i] = moments[index];
    }
#pragma unroll UNROLL
    for (int k = 0; k < count; k += 4) {
        float w[4];
#pragma unroll
        for (int j = 0; j < 4; j++) {
            const int unit = Ring<W, WIDTH>::place(k + j, output / PER_UNIT);
            w[j] = widen(reinterpret_cast<const W *>(tile + 16 * unit)[output % PER_UNIT]);
        }
#pragma unroll
        for (int i = 0; i < CHAINS; i++) {
            if (!row[i]) continue;
            const float4 v = norm ? normal_four(x, row[i], first + k, moment[i], gamma, beta) : x.four(row[i], first + k);
            sums[i] = fmaf(v.w, w[3], fmaf(v.z, w[2], fmaf(v.y, w[1], fmaf(v.x, w[0], sums[i]))));
        }
    }
#pragma unroll
    for (int i = 0; i < CHAINS; i++) if (row[i]) partial[(lane / WIDTH + STEP * i) * WIDTH + output] = sums[i];
}

template <typename W, int WIDTH>
__device__ __forceinline__ void gemv(const PlainRows<float> &x, const W *panels, const Result<float> &result, int norm, const float *gamma,
                                     const float *beta, float epsilon) {
    constexpr int RINGS = RING_WARPS * RING_BYTES, STEP = 32 / WIDTH;
    static_assert(RINGS + 2 * 4 * Partials<WIDTH, MOST_ROWS>::ELEMENTS <= 81920, "the dynamic shared memory that the kernels declare");
    DYNAMIC_SHARED(unsigned char, shared);
    __shared__ Moments moment[MOST_ROWS];
    const int warp = threadIdx.x >> 5, first_output = blockIdx.x * WIDTH, chunks = (x.inputs + CHUNK - 1) / CHUNK;
    const Ring<W, WIDTH> ring = {shared + warp * RING_BYTES, weights_of(panels, x.inputs, first_output), x.inputs};
    const Partials<WIDTH, MOST_ROWS> partials = {reinterpret_cast<float *>(shared + RINGS)};
    ring.fill();
    if (norm) {
        for (int row = warp; row < x.rows; row += RING_WARPS) moment[row] = moments(x, x.row(row), norm, epsilon);
        __syncthreads();
    }
    const int element = threadIdx.x, row = element / WIDTH, output = first_output + element % WIDTH;
    float sum = 0.f;
    for (int round = 0; round * RING_WARPS < chunks; round++) {
        const int chunk = round * RING_WARPS + warp;
        copy_async_wait<Ring<W, WIDTH>::STAGES - 1>();
        __syncwarp();
        if (chunk < chunks) {
            const unsigned char *tile = ring.tile(round);
            float *partial = partials.of(round, warp);
            if (x.rows <= STEP) chains<W, WIDTH, 1>(x, tile, chunk, norm, gamma, beta, moment, partial);
            else if (x.rows <= 4 * STEP) chains<W, WIDTH, 4>(x, tile, chunk, norm, gamma, beta, moment, partial);
            else chains<W, WIDTH, MOST_ROWS / STEP>(x, tile, chunk, norm, gamma, beta, moment, partial);
        }
        __syncwarp();
        ring.fetch(round, chunk + RING_WARPS * Ring<W, WIDTH>::STAGES);
        __syncthreads();
        if (row < x.rows) sum = partials.add(sum, round, chunks, element);
    }
    if (row < x.rows && output < result.outputs) result.put(row, output, sum);
}

// dynamic shared memory: 81920 bytes
extern "C" __global__ void __launch_bounds__(256) gemv_f32_f32_f32(
        const float *x,         // [rows, inputs], rows x_stride apart
        const float *gamma,     // [inputs], scale of the normalisation; or null
        const float *beta,      // [inputs], or null
        const float *panels,    // [outputs / 64][inputs][64]
        const float *scales,    // [outputs], of int8 weights; or null
        const float *bias,      // [outputs], or null
        const float *residual,  // [rows, outputs], rows residual_stride apart; or null
        float *y,               // [rows, outputs], rows y_stride apart
        int rows,               // 1 … 16
        int inputs,             // of a row
        int outputs,            // of a row; the grid covers them by 8, or by 16 with int8 weights
        int x_stride,           // elements from row to row
        int residual_stride,    // elements from row to row
        int y_stride,           // elements from row to row
        int norm,               // 0: x as it is, 1: layer normalisation first, 2: root mean square
        float epsilon,          // added to the variance
        int activation) {       // ordinal of Activation
    gemv<float, 8>({x, rows, inputs, x_stride}, panels, {y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation}, norm, gamma,
                   beta, epsilon);
}

// dynamic shared memory: 81920 bytes
extern "C" __global__ void __launch_bounds__(256) gemv_f32_f32_bf16(  // as gemv_f32_f32_f32
        const float *x, const float *gamma, const float *beta, const bf16 *panels, const float *scales, const float *bias, const float *residual,
        float *y, int rows, int inputs, int outputs, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation) {
    gemv<bf16, 8>({x, rows, inputs, x_stride}, panels, {y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation}, norm, gamma,
                  beta, epsilon);
}

// dynamic shared memory: 81920 bytes
extern "C" __global__ void __launch_bounds__(256) gemv_f32_f32_int8(  // as gemv_f32_f32_f32
        const float *x, const float *gamma, const float *beta, const int8_t *panels, const float *scales, const float *bias, const float *residual,
        float *y, int rows, int inputs, int outputs, int x_stride, int residual_stride, int y_stride, int norm, float epsilon, int activation) {
    gemv<int8_t, 16>({x, rows, inputs, x_stride}, panels, {y, residual, scales, bias, rows, outputs, y_stride, residual_stride, activation}, norm, gamma,
                     beta, epsilon);
}
