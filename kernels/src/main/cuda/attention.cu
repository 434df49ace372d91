// Attention for any head size, in float32 arithmetic: a block owns 32 queries of one head, and walks over the keys that they see with an online
// softmax, so that scores never leave the chip. Heads wider than 128 are mixed 128 columns a block, with the scores made anew.
// Floor: 4·queries·keys·size operations a head at 67 TFLOP/s; loads from shared memory take three quarters of that time, beside it.
#include "attention.cuh"

constexpr int QUERIES = 32;     // of a block
constexpr int COLUMNS = 128;    // of the result that a block makes
constexpr int LINE = PIECE + 4;  // neighbouring rows lie 4 banks apart: 8 rows read by 16 bytes each meet no bank twice

// Rows of a piece of a head, as float32; zeros where there is none.
template <int ROWS, typename T>
__device__ __forceinline__ void stage(float (*tile)[LINE], const T *from, int stride, int rows, int columns, bool aligned) {
#pragma unroll 4
    for (int i = threadIdx.x; i < ROWS * PIECE / 4; i += 128) {
        const int r = i / (PIECE / 4), c = i % (PIECE / 4) * 4;
        float4 x = make_float4(0.f, 0.f, 0.f, 0.f);
        if (r < rows && c < columns) {
            const T *p = from + static_cast<long long>(r) * stride + c;
            if (aligned) x = load4(p);
            else x = make_float4(load(p), c + 1 < columns ? load(p + 1) : 0.f, c + 2 < columns ? load(p + 2) : 0.f, c + 3 < columns ? load(p + 3) : 0.f);
        }
        store4(&tile[r][c], x);
    }
}

// product[i][j] += query 4y+i · key x+16j
__device__ __forceinline__ void multiply(float (&product)[4][4], const float (*q)[LINE], const float (*k)[LINE], int y, int x, int columns) {
#pragma unroll 1
    for (int d = 0; d < columns; d += 4) {
        float4 a[4];
#pragma unroll
        for (int i = 0; i < 4; i++) a[i] = load4(&q[4 * y + i][d]);
#pragma unroll
        for (int j = 0; j < 4; j++) {
            const float4 b = load4(&k[x + 16 * j][d]);
#pragma unroll
            for (int i = 0; i < 4; i++) {
                product[i][j] = fmaf(a[i].w, b.w, fmaf(a[i].z, b.z, fmaf(a[i].y, b.y, fmaf(a[i].x, b.x, product[i][j]))));
            }
        }
    }
}

__device__ __forceinline__ void add(float4 &sum, float weight, float4 x) {
    sum.x = fmaf(weight, x.x, sum.x);
    sum.y = fmaf(weight, x.y, sum.y);
    sum.z = fmaf(weight, x.z, sum.z);
    sum.w = fmaf(weight, x.w, sum.w);
}

// mixed[i] = the values' columns 4x … 4x+3, weighed by the row of query 4y+i
__device__ __forceinline__ void mix(float4 (&mixed)[4], const float (*weights)[LINE], const float (*v)[LINE], int y, int x) {
#pragma unroll 1
    for (int j = 0; j < KEYS; j += 4) {
        float4 p[4];
#pragma unroll
        for (int i = 0; i < 4; i++) p[i] = load4(&weights[4 * y + i][j]);
        const float4 v0 = load4(&v[j][4 * x]), v1 = load4(&v[j + 1][4 * x]), v2 = load4(&v[j + 2][4 * x]), v3 = load4(&v[j + 3][4 * x]);
#pragma unroll
        for (int i = 0; i < 4; i++) {
            add(mixed[i], p[i].x, v0);
            add(mixed[i], p[i].y, v1);
            add(mixed[i], p[i].z, v2);
            add(mixed[i], p[i].w, v3);
        }
    }
}

struct Tiles {
    float q[QUERIES][LINE], kv[KEYS][LINE], weights[QUERIES][LINE];
    float greatest[QUERIES], sums[QUERIES];     // so far
    float fades[QUERIES], part_fades[QUERIES];  // by which the sums so far and the chunk's go into the new sums
};

// Scores of products to the weights' place; what a query may not see is −∞.
template <typename T>
__device__ __forceinline__ void put_scores(Tiles &t, const float (&product)[4][4], const Sight &seen, const int *keep, const float *bias, int first, int from,
                                           int queries, int keys, float scale) {
    const int x = threadIdx.x % 16, row = threadIdx.x / 16 * 4;
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const int query = first + row + i, visible = query < queries ? seen.visible(query) : 0;
#pragma unroll
        for (int j = 0; j < 4; j++) {
            const int key = from + x + 16 * j;
            const bool kept = key < visible && (!keep || keep[key] != 0);
            t.weights[row + i][x + 16 * j] = kept ? score<T>(product[i][j], scale, bias ? bias + static_cast<long long>(query) * keys + key : nullptr) : NOTHING;
        }
    }
}

// Scores to weights; how much of the sums so far remains.
template <typename T> __device__ __forceinline__ void put_weights(Tiles &t) {
#pragma unroll 1
    for (int r = threadIdx.x / 32; r < QUERIES; r += 4) {
        const float2 part = weigh<T>(t.weights[r]);
        if (threadIdx.x % 32 != 0) continue;
        const float most = fmaxf(t.greatest[r], part.x);
        t.fades[r] = fade<T>(t.greatest[r], most);
        t.part_fades[r] = fade<T>(part.x, most);
        t.sums[r] = join(t.sums[r], t.fades[r], part.y, t.part_fades[r]);
        t.greatest[r] = most;
    }
}

// The chunk's values, mixed by the weights, into the sums.
__device__ __forceinline__ void add_mixture(float4 (&sum)[4], const Tiles &t) {
    const int x = threadIdx.x % 16, row = threadIdx.x / 16;
    float4 mixed[4] = {};
    mix(mixed, t.weights, t.kv, row, x);
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const float old = t.fades[4 * row + i], part = t.part_fades[4 * row + i];
        sum[i] = make_float4(join(sum[i].x, old, mixed[i].x, part), join(sum[i].y, old, mixed[i].y, part), join(sum[i].z, old, mixed[i].z, part),
                             join(sum[i].w, old, mixed[i].w, part));
    }
}

template <typename T> __device__ __forceinline__ void finish(T *to, float4 sum, float part, int columns, bool aligned) {
    const float4 x = make_float4(sum.x * part, sum.y * part, sum.z * part, sum.w * part);
    if (aligned) {
        store4(to, x);
        return;
    }
    store(to, x.x);
    if (columns > 1) store(to + 1, x.y);
    if (columns > 2) store(to + 2, x.z);
    if (columns > 3) store(to + 3, x.w);
}

template <typename T>
__device__ __forceinline__ void attention(const T *q, const T *k, const T *v, const int *position, const int *keep, const float *bias, T *y, int queries,
                                          int keys, int group, int size, int q_stride, int k_stride, int v_stride, int y_stride, float scale, int causal) {
    __shared__ __align__(16) Tiles t;
    const int blocks = (size + COLUMNS - 1) / COLUMNS, head = blockIdx.y / blocks, column = blockIdx.y % blocks * COLUMNS;
    const int first = blockIdx.x * QUERIES, rows = min(QUERIES, queries - first), row = threadIdx.x / 16 * 4, x = threadIdx.x % 16;
    const long long batch = blockIdx.z;
    const Sight seen = sight(position, queries, keys, causal);
    q += (batch * queries + first) * q_stride + head * size;
    k += batch * keys * k_stride + head / group * size;
    v += batch * keys * v_stride + head / group * size;
    y += (batch * queries + first) * y_stride + head * size;
    if (keep) keep += batch * keys;
    if (bias) bias += static_cast<long long>(head) * queries * keys;
    const bool whole = size % 4 == 0, q_aligned = whole && by_four(q, q_stride), k_aligned = whole && by_four(k, k_stride),
               v_aligned = whole && by_four(v, v_stride), y_aligned = whole && by_four(y, y_stride);
    if (threadIdx.x < QUERIES) {
        t.greatest[threadIdx.x] = NOTHING;
        t.sums[threadIdx.x] = 0.f;
    }
    float4 sum[COLUMNS / PIECE][4] = {};
    for (int from = 0; from < seen.visible(first + rows - 1); from += KEYS) {
        float product[4][4] = {};
        for (int d = 0; d < size; d += PIECE) {
            const int columns = min(PIECE, size - d);
            __syncthreads();
            if (from == 0 || size > PIECE) stage<QUERIES>(t.q, q + d, q_stride, rows, columns, q_aligned);
            stage<KEYS>(t.kv, k + static_cast<long long>(from) * k_stride + d, k_stride, seen.total - from, columns, k_aligned);
            __syncthreads();
            multiply(product, t.q, t.kv, row / 4, x, columns);
        }
        put_scores<T>(t, product, seen, keep, bias, first, from, queries, keys, scale);
        __syncthreads();
        put_weights<T>(t);
#pragma unroll
        for (int piece = 0; piece < COLUMNS / PIECE; piece++) {
            const int c = column + piece * PIECE;
            if (c >= size) continue;
            if (piece > 0) __syncthreads();
            stage<KEYS>(t.kv, v + static_cast<long long>(from) * v_stride + c, v_stride, seen.total - from, min(PIECE, size - c), v_aligned);
            __syncthreads();
            add_mixture(sum[piece], t);
        }
    }
    __syncthreads();
#pragma unroll
    for (int piece = 0; piece < COLUMNS / PIECE; piece++) {
        const int c = column + piece * PIECE + 4 * x;
#pragma unroll
        for (int i = 0; i < 4; i++) {
            if (row + i < rows && c < size) {
                finish(y + static_cast<long long>(row + i) * y_stride + c, sum[piece][i], inverse(t.sums[row + i]), size - c, y_aligned);
            }
        }
    }
}

extern "C" __global__ void __launch_bounds__(128) attention_f32(
        const float *q,       // [batch, queries, heads·size], rows q_stride apart; the grid is tiles of 32 queries, heads·ceil(size / 128), batch
        const float *k,       // [batch, keys, heads / group·size], rows k_stride apart
        const float *v,       // like k
        const int *position,  // [1]: keys before the first query's own, all queries' own included in k and v; or null
        const int *keep,      // [batch, keys], 0 hides a key; or null
        const float *bias,    // [heads, queries, keys], added to the scores; or null
        float *y,             // [batch, queries, heads·size]
        int queries, int keys,
        int group,            // heads that share one head of keys and values
        int size,             // of a head
        int q_stride, int k_stride, int v_stride, int y_stride,
        float scale,          // of products
        int causal) {         // 1: query i sees keys 0 … i, or position + i
    attention(q, k, v, position, keep, bias, y, queries, keys, group, size, q_stride, k_stride, v_stride, y_stride, scale, causal);
}

extern "C" __global__ void __launch_bounds__(128) attention_bf16(  // as attention_f32
        const bf16 *q, const bf16 *k, const bf16 *v, const int *position, const int *keep, const float *bias, bf16 *y, int queries, int keys, int group,
        int size, int q_stride, int k_stride, int v_stride, int y_stride, float scale, int causal) {
    attention(q, k, v, position, keep, bias, y, queries, keys, group, size, q_stride, k_stride, v_stride, y_stride, scale, causal);
}

// Writes new frames into the states of keys and values; one block a frame and batch row.
template <typename T>
__device__ __forceinline__ void remember(const T *k, const T *v, T *keys, T *values, const int *position, int frames, int capacity, int width, int k_stride,
                                         int v_stride, int *trouble, int node) {
    const int start = *position;
    if (!fits(start, frames, capacity)) {
        if (blockIdx.x == 0 && blockIdx.y == 0 && threadIdx.x == 0) report(trouble, node, start);
        return;
    }
    const long long from = static_cast<long long>(blockIdx.y) * frames + blockIdx.x;
    const long long to = (static_cast<long long>(blockIdx.y) * capacity + start + blockIdx.x) * width;
    for (int i = threadIdx.x; i < width; i += 256) {
        keys[to + i] = k[from * k_stride + i];
        values[to + i] = v[from * v_stride + i];
    }
}

extern "C" __global__ void __launch_bounds__(256) remember_f32(
        const float *k,       // new keys [batch, frames, width], rows k_stride apart; the grid is frames, batch
        const float *v,       // new values, like k
        float *keys,          // [batch, capacity, width]
        float *values,        // like keys
        const int *position,  // [1]: where the first new frame goes
        int frames, int capacity, int width, int k_stride, int v_stride,
        int *trouble, int node) {  // told the position if the frames do not fit
    remember(k, v, keys, values, position, frames, capacity, width, k_stride, v_stride, trouble, node);
}

extern "C" __global__ void __launch_bounds__(256) remember_bf16(  // as remember_f32
        const bf16 *k, const bf16 *v, bf16 *keys, bf16 *values, const int *position, int frames, int capacity, int width, int k_stride, int v_stride,
        int *trouble, int node) {
    remember(k, v, keys, values, position, frames, capacity, width, k_stride, v_stride, trouble, node);
}
