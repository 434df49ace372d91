// The periodic activation x + sin²(αx)/(β + 1e-9), α and β of each channel. Only sin² is needed: it has the period π and no sign, so two short
// polynomials on [−π/4, π/4] serve, and CUDA's sinf, whose reduction of large arguments needs local memory, does not have to.
#include "columns.cuh"

// π/2 in three parts, each the nearest float32 to what the ones before leave.
constexpr float HALF_PI_1 = 1.5707964f, HALF_PI_2 = -4.371139e-8f, HALF_PI_3 = -1.7151245e-15f, TWO_OVER_PI = 0.63661975f;
// From here on neighbouring float32 products αx lie a quarter of the period apart: they hold no phase, and the mean of sin² stands for it.
constexpr float PHASE_END = 6e6f;

// sin²(z) to 2e-7, and to 2e-5 where z comes near the end. The polynomials are those of S. Moshier's Cephes.
__device__ __forceinline__ float squared_sine(float z) {
    if (fabsf(z) > PHASE_END) return 0.5f;
    const float multiple = rintf(z * TWO_OVER_PI);
    const float r = fmaf(multiple, -HALF_PI_3, fmaf(multiple, -HALF_PI_2, fmaf(multiple, -HALF_PI_1, z))), s = r * r;
    const float sine = fmaf(fmaf(fmaf(-1.9515295891e-4f, s, 8.3321608736e-3f), s, -1.6666654611e-1f) * s, r, r);
    const float cosine = fmaf(fmaf(fmaf(fmaf(2.443315711809948e-5f, s, -1.388731625493765e-3f), s, 4.166664568298827e-2f), s, -0.5f), s, 1.f);
    const float y = static_cast<int>(multiple) & 1 ? cosine : sine;
    return y * y;
}

struct SnakeOfChannel {
    float alpha, strength;
    __device__ __forceinline__ float operator()(float x) const { return x + squared_sine(alpha * x) * strength; }
};

template <typename T>
__device__ __forceinline__ void snake(const T *x, const float *alpha, const float *beta, T *y, int rows, int channels, int x_stride, int y_stride,
                                      int rows_a_block) {
    const int from = blockIdx.x * rows_a_block, to = min(rows, from + rows_a_block);
    map_columns<256>(x, x_stride, y, y_stride, channels, from, to, [=](int c) { return SnakeOfChannel{alpha[c], 1.f / (beta[c] + 1e-9f)}; });
}

extern "C" __global__ void __launch_bounds__(256) snake_f32(
        const float *x,      // [rows, channels]
        const float *alpha,  // [channels]
        const float *beta,   // [channels]
        float *y,            // like x
        int rows,            // the grid is stretches of rows
        int channels,
        int x_stride,        // elements from row to row
        int y_stride,
        int rows_a_block) {
    snake(x, alpha, beta, y, rows, channels, x_stride, y_stride, rows_a_block);
}

extern "C" __global__ void __launch_bounds__(256) snake_bf16(
        const bf16 *x, const float *alpha, const float *beta, bf16 *y, int rows, int channels, int x_stride, int y_stride,
        int rows_a_block) {  // as snake_f32
    snake(x, alpha, beta, y, rows, channels, x_stride, y_stride, rows_a_block);
}
