// Attention of few queries over many keys: decoding. A block takes one chunk of 64 keys for all queries of the heads that share it, so the keys and
// values are read once and the whole device reads them; the last block to finish joins the chunks in their order. The grid covers the states'
// capacity, as only the device knows how much is filled: blocks beyond that leave at once.
// Floor: the bytes of the keys and values that are seen, once; each block has all its 64·size·2 elements on their way at once (size ≤ 64 in float32, 128 in bf16).
#include "attention_join.cuh"

// Each half of the block serves every second row: a thread has one key here, and one element of the head below.
template <typename T>
__device__ __forceinline__ void add_products(float (&product)[ROWS / 2], const Shared<T> &s, const T (*k)[Pieces<T>::line], int d, int columns, int rows) {
    constexpr int each = Pieces<T>::each;
    const int key = threadIdx.x % KEYS, half = threadIdx.x / KEYS;
    for (int c = 0; c < columns; c += each) {
        float x[each];
        unpack(x, &k[key][c]);
#pragma unroll
        for (int i = 0; i < ROWS / 2; i++) {
            if (half + 2 * i >= rows) break;
#pragma unroll
            for (int e = 0; e < each; e += 4) {
                const float4 q = load4(&s.q[half + 2 * i][d + c + e]);
                product[i] = fmaf(q.w, x[e + 3], fmaf(q.z, x[e + 2], fmaf(q.y, x[e + 1], fmaf(q.x, x[e], product[i]))));
            }
        }
    }
}

template <typename T>
__device__ __forceinline__ void mix(float (&mixed)[ROWS / 2], const Shared<T> &s, const T (*v)[Pieces<T>::line], int keys, int rows) {
    const int d = threadIdx.x % PIECE, half = threadIdx.x / PIECE;
    for (int j = 0; j < keys; j += 4) {
        const float v0 = load(&v[j][d]), v1 = load(&v[j + 1][d]), v2 = load(&v[j + 2][d]), v3 = load(&v[j + 3][d]);
#pragma unroll
        for (int i = 0; i < ROWS / 2; i++) {
            if (half + 2 * i >= rows) break;
            const float4 p = load4(&s.weights[half + 2 * i][j]);
            mixed[i] = fmaf(p.w, v3, fmaf(p.z, v2, fmaf(p.y, v1, fmaf(p.x, v0, mixed[i]))));
        }
    }
}

template <typename T> struct Call {
    const T *q;
    T *keys, *values;
    const T *k, *v;
    const int *position, *keep;
    const float *bias;
    T *y;
    float *parts;
    int *counters, queries, capacity, heads, group, size, q_stride, keys_stride, values_stride, k_stride, v_stride, y_stride;
    float scale;
    int causal;
};

// What a block has to do. Row r is query (first + r) / group of the group's head (first + r) % group.
template <typename T> struct Task {
    Sight seen;
    Source<T> keys, values;
    int chunk, from, chunks, head, first, rows, pieces;  // head: of keys and values
    long long batch;
};

template <typename T> __device__ __forceinline__ Task<T> task(const Call<T> &c) {
    const Sight seen = sight(c.position, c.queries, c.capacity, c.causal);
    const int kv_heads = c.heads / c.group, head = blockIdx.y % kv_heads, first = blockIdx.y / kv_heads * ROWS;
    const long long batch = blockIdx.z;
    T *keys = c.keys + batch * c.capacity * c.keys_stride + head * c.size, *values = c.values + batch * c.capacity * c.values_stride + head * c.size;
    const bool cached = c.position;
    const T *k = cached ? c.k + batch * c.queries * c.k_stride + head * c.size : keys, *v = cached ? c.v + batch * c.queries * c.v_stride + head * c.size : values;
    const int start = cached ? seen.start : seen.total;
    return {seen, {keys, k, c.keys_stride, c.k_stride, start, seen.total}, {values, v, c.values_stride, c.v_stride, start, seen.total},
            static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.x) * KEYS, max(1, (seen.total + KEYS - 1) / KEYS), head, first,
            min(ROWS, c.queries * c.group - first), (c.size + PIECE - 1) / PIECE, batch};
}

template <typename T> __device__ __forceinline__ void begin(Shared<T> &s, const Call<T> &c, const Task<T> &t, int piece, bool k_aligned, bool v_aligned) {
    T(*tile)[Pieces<T>::line] = s.ring[piece % Pieces<T>::ring];
    if (piece < t.pieces) begin_copy<T>(tile, t.keys, t.from, piece * PIECE, c.size, k_aligned);
    else if (piece < 2 * t.pieces) begin_copy<T>(tile, t.values, t.from, (piece - t.pieces) * PIECE, c.size, v_aligned);
    copy_async_commit();
}

// Nobody reads the new frames from the states in this launch, so that one block may write them while all others read.
template <typename T> __device__ __forceinline__ void remember(const Call<T> &c, const Task<T> &t) {
    for (int key = max(t.keys.start, t.from); key < min(t.seen.total, t.from + KEYS); key++) {
        for (int d = threadIdx.x; d < c.size; d += 128) {
            const_cast<T *>(t.keys.old)[static_cast<long long>(key) * c.keys_stride + d] = t.keys.frame(key)[d];
            const_cast<T *>(t.values.old)[static_cast<long long>(key) * c.values_stride + d] = t.values.frame(key)[d];
        }
    }
}

// Where a row of q or y begins.
template <typename U, typename T> __device__ __forceinline__ U *row_of(U *x, const Call<T> &c, int stride, const Task<T> &t, int r) {
    const int row = t.first + r;
    return x + (t.batch * c.queries + row / c.group) * stride + (t.head * c.group + row % c.group) * c.size;
}

template <typename T> __device__ __forceinline__ void load_queries(Shared<T> &s, const Call<T> &c, const Task<T> &t) {
    const int width = t.pieces * PIECE;
    for (int i = threadIdx.x; i < t.rows * width; i += 128) {
        const int r = i / width, d = i % width;
        s.q[r][d] = d < c.size ? load(row_of(c.q, c, c.q_stride, t, r) + d) : 0.f;
    }
}

template <typename T>
__device__ __forceinline__ void put_weights(Shared<T> &s, const Call<T> &c, const Task<T> &t, const float (&product)[ROWS / 2]) {
    const int x = threadIdx.x % KEYS, half = threadIdx.x / KEYS, key = t.from + x;
    const bool kept = key < t.seen.total && (!c.keep || c.keep[t.batch * c.capacity + key] != 0);
#pragma unroll
    for (int i = 0; i < ROWS / 2; i++) {
        const int r = half + 2 * i, row = t.first + r, query = row / c.group;
        if (r >= t.rows) break;
        const long long at = (static_cast<long long>(t.head * c.group + row % c.group) * c.queries + query) * c.capacity + key;
        s.weights[r][x] = kept && key < t.seen.visible(query) ? score<T>(product[i], c.scale, c.bias ? c.bias + at : nullptr) : NOTHING;
    }
    __syncthreads();
    for (int r = threadIdx.x / 32; r < t.rows; r += 4) {
        const float2 part = weigh<T>(s.weights[r]);
        if (threadIdx.x % 32 == 0) s.part[r] = part;
    }
}

// The mixture of one piece of the values: the result where there is one chunk only, else this chunk's part of it.
template <typename T>
__device__ __forceinline__ void put_mixture(const Shared<T> &s, const Call<T> &c, const Task<T> &t, const float (&mixed)[ROWS / 2], float *parts, int line, int piece) {
    const int d = piece * PIECE + threadIdx.x % PIECE, half = threadIdx.x / PIECE;
    if (d >= c.size) return;
#pragma unroll
    for (int i = 0; i < ROWS / 2; i++) {
        const int r = half + 2 * i;
        if (r >= t.rows) break;
        if (t.chunks == 1) store(row_of(c.y, c, c.y_stride, t, r) + d, mixed[i] * inverse(s.part[r].y));
        else parts[(static_cast<long long>(r) * gridDim.x + t.chunk) * line + d] = mixed[i];
    }
}

// Whether this block is the last of its chunks to arrive; what the others have written can then be read.
__device__ __forceinline__ bool last_to_arrive(int &last, int *counter, int chunks) {
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) {
        last = atomicAdd(counter, 1) == chunks - 1;
        if (last) *counter = 0;
    }
    __syncthreads();
    __threadfence();
    return last;
}

template <typename T> __device__ __forceinline__ void put_joined(Shared<T> &s, const Call<T> &c, const Task<T> &t, const float *parts, int line) {
    const int half = threadIdx.x / PIECE, x = threadIdx.x % PIECE;
    for (int r = half; r < t.rows + half; r += 2) {
        for (int d = 0; d < c.size; d += PIECE) {
            const float result = joined<T>(s, parts + static_cast<long long>(r) * gridDim.x * line, t.chunks, line, d, r < t.rows);
            if (r < t.rows && d + x < c.size) store(row_of(c.y, c, c.y_stride, t, r) + d + x, result);
        }
    }
}

template <typename T> __device__ __forceinline__ void few(const Call<T> &c, int *trouble, int node) {
    constexpr int ring = Pieces<T>::ring;
    __shared__ __align__(16) Shared<T> s;
    if (c.position && !fits(*c.position, c.queries, c.capacity) && blockIdx.x + blockIdx.y + blockIdx.z + threadIdx.x == 0) report(trouble, node, *c.position);
    const Task<T> t = task(c);
    if (t.chunk >= t.chunks) return;
    const bool k_aligned = t.keys.aligned(c.size), v_aligned = t.values.aligned(c.size);
#pragma unroll
    for (int piece = 0; piece < ring; piece++) begin(s, c, t, piece, k_aligned, v_aligned);
    if (c.position && t.first == 0) remember(c, t);
    load_queries(s, c, t);
    float product[ROWS / 2] = {};
    for (int piece = 0; piece < t.pieces; piece++) {
        copy_async_wait<ring - 1>();
        __syncthreads();
        add_products<T>(product, s, s.ring[piece % ring], piece * PIECE, min(PIECE, c.size - piece * PIECE), t.rows);
        __syncthreads();
        begin(s, c, t, piece + ring, k_aligned, v_aligned);
    }
    put_weights(s, c, t, product);
    const int line = (c.size + 3) / 4 * 4 + 4;
    float *parts = c.parts + ((t.batch * (c.heads / c.group) + t.head) * c.queries * c.group + t.first) * gridDim.x * line;
    for (int piece = t.pieces; piece < 2 * t.pieces; piece++) {
        copy_async_wait<ring - 1>();
        __syncthreads();
        float mixed[ROWS / 2] = {};
        mix<T>(mixed, s, s.ring[piece % ring], min(KEYS, t.seen.total - t.from), t.rows);
        put_mixture(s, c, t, mixed, parts, line, piece - t.pieces);
        __syncthreads();
        begin(s, c, t, piece + ring, k_aligned, v_aligned);
    }
    if (t.chunks == 1) return;
    const int r = threadIdx.x;
    if (r < t.rows) *reinterpret_cast<float2 *>(parts + (static_cast<long long>(r) * gridDim.x + t.chunk + 1) * line - 4) = s.part[r];
    if (last_to_arrive(s.last, c.counters + t.batch * gridDim.y + blockIdx.y, t.chunks)) put_joined(s, c, t, parts, line);
}

extern "C" __global__ void __launch_bounds__(128) attention_split_f32(
        const float *q,         // [batch, queries, heads·size], rows q_stride apart; the grid is ceil(capacity / 64), heads / group·ceil(queries·group / 8), batch
        float *keys,            // [batch, capacity, heads / group·size]; written only where there is a position
        float *values,          // like keys
        const float *k,         // new keys [batch, queries, heads / group·size] that go behind the first position keys; or null
        const float *v,         // new values, like k
        const int *position,    // [1]: frames that keys and values hold already; or null
        const int *keep,        // [batch, capacity], 0 hides a key; or null
        const float *bias,      // [heads, queries, capacity], added to the scores; or null
        float *y,               // [batch, queries, heads·size]
        float *parts,           // [batch, heads·queries, ceil(capacity / 64), size up to a multiple of 4, and 4]: mixture, greatest score, sum of weights
        int *counters,          // [batch, grid.y], zero before and after
        int queries, int capacity, int heads,
        int group,              // heads that share one head of keys and values
        int size,               // of a head, at most 256
        int q_stride, int keys_stride, int values_stride, int k_stride, int v_stride, int y_stride,
        float scale,            // of products
        int causal,             // 1: query i sees keys 0 … i, or position + i
        int *trouble, int node) {  // told the position if the frames do not fit
    few(Call<float>{q, keys, values, k, v, position, keep, bias, y, parts, counters, queries, capacity, heads, group, size, q_stride, keys_stride, values_stride,
                    k_stride, v_stride, y_stride, scale, causal}, trouble, node);
}

extern "C" __global__ void __launch_bounds__(128) attention_split_bf16(  // as attention_split_f32
        const bf16 *q, bf16 *keys, bf16 *values, const bf16 *k, const bf16 *v, const int *position, const int *keep, const float *bias, bf16 *y, float *parts,
        int *counters, int queries, int capacity, int heads, int group, int size, int q_stride, int keys_stride, int values_stride, int k_stride, int v_stride,
        int y_stride, float scale, int causal, int *trouble, int node) {
    few(Call<bf16>{q, keys, values, k, v, position, keep, bias, y, parts, counters, queries, capacity, heads, group, size, q_stride, keys_stride, values_stride,
                    k_stride, v_stride, y_stride, scale, causal}, trouble, node);
}
