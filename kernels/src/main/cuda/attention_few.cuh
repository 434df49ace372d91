// A block's part in attention of few queries: one chunk of keys, for all queries of the heads that share them. See attention_split.cu.
#pragma once
#include "attention_join.cuh"
#include "ready.cuh"

// A team serves every TEAMS-th row: a thread has one key here, and one element of the head below.
template <typename T, int TEAMS>
__device__ __forceinline__ void add_products(float (&product)[Shared<T, TEAMS>::TEAM_ROWS], const Shared<T, TEAMS> &s, const T (*k)[Pieces<T>::line], int d,
                                             int columns, int rows) {
    constexpr int each = Pieces<T>::each;
    const int key = threadIdx.x % KEYS, team = threadIdx.x / KEYS;
    for (int c = 0; c < columns; c += each) {
        float x[each];
        unpack(x, &k[key][c]);
#pragma unroll
        for (int i = 0; i < Shared<T, TEAMS>::TEAM_ROWS; i++) {
            if (team + TEAMS * i >= rows) break;
#pragma unroll
            for (int e = 0; e < each; e += 4) {
                const float4 q = load4(&s.q[team + TEAMS * i][d + c + e]);
                product[i] = fmaf(q.w, x[e + 3], fmaf(q.z, x[e + 2], fmaf(q.y, x[e + 1], fmaf(q.x, x[e], product[i]))));
            }
        }
    }
}

template <typename T, int TEAMS>
__device__ __forceinline__ void mix(float (&mixed)[Shared<T, TEAMS>::TEAM_ROWS], const Shared<T, TEAMS> &s, const T (*v)[Pieces<T>::line], int keys, int rows) {
    const int d = threadIdx.x % PIECE, team = threadIdx.x / PIECE;
    for (int j = 0; j < keys; j += 4) {
        const float v0 = load(&v[j][d]), v1 = load(&v[j + 1][d]), v2 = load(&v[j + 2][d]), v3 = load(&v[j + 3][d]);
#pragma unroll
        for (int i = 0; i < Shared<T, TEAMS>::TEAM_ROWS; i++) {
            if (team + TEAMS * i >= rows) break;
            const float4 p = load4(&s.weights[team + TEAMS * i][j]);
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
    int *trouble, node;

    // Chunks that the states' capacity has; what has the same keys, for a batch row.
    __device__ __forceinline__ int most_chunks() const { return max(1, (capacity + KEYS - 1) / KEYS); }
    __device__ __forceinline__ int tasks() const { return heads / group * ((queries * group + ROWS - 1) / ROWS); }
    __device__ __forceinline__ Sight seen() const { return sight(position, queries, capacity, causal); }
};

// Chunks that somebody sees, or one.
__device__ __forceinline__ int chunks_of(const Sight &seen) { return max(1, (seen.total + KEYS - 1) / KEYS); }

// Which block this is.
struct Part {
    int chunk, task, batch;
};

// What a block has to do. Row r is query (first + r) / group of the group's head (first + r) % group.
template <typename T> struct Task {
    Sight seen;
    Source<T> keys, values;
    int chunk, from, chunks, head, first, rows, pieces;  // head: of keys and values
    long long batch;
};

template <typename T> __device__ __forceinline__ Task<T> task(const Call<T> &c, const Part &part) {
    const Sight seen = c.seen();
    const int kv_heads = c.heads / c.group, head = part.task % kv_heads, first = part.task / kv_heads * ROWS;
    const long long batch = part.batch;
    T *keys = c.keys + batch * c.capacity * c.keys_stride + head * c.size, *values = c.values + batch * c.capacity * c.values_stride + head * c.size;
    const bool cached = c.position;
    const T *k = cached ? c.k + batch * c.queries * c.k_stride + head * c.size : keys;
    const T *v = cached ? c.v + batch * c.queries * c.v_stride + head * c.size : values;
    const int start = cached ? seen.start : seen.total;
    return {seen, {keys, k, c.keys_stride, c.k_stride, start, seen.total}, {values, v, c.values_stride, c.v_stride, start, seen.total},
            part.chunk, part.chunk * KEYS, chunks_of(seen), head, first,
            min(ROWS, c.queries * c.group - first), (c.size + PIECE - 1) / PIECE, batch};
}

template <typename T, int TEAMS>
__device__ __forceinline__ void begin(Shared<T, TEAMS> &s, const Call<T> &c, const Task<T> &t, int piece, bool k_aligned, bool v_aligned) {
    constexpr int THREADS = Shared<T, TEAMS>::THREADS;
    T(*tile)[Pieces<T>::line] = s.ring[piece % Pieces<T>::ring];
    if (piece < t.pieces) begin_copy<THREADS>(tile, t.keys, t.from, piece * PIECE, c.size, k_aligned);
    else if (piece < 2 * t.pieces) begin_copy<THREADS>(tile, t.values, t.from, (piece - t.pieces) * PIECE, c.size, v_aligned);
    copy_async_commit();
}

// Nobody reads the new frames from the states in this launch, so that one block may write them while all others read.
template <int THREADS, typename T> __device__ __forceinline__ void remember(const Call<T> &c, const Task<T> &t) {
    for (int key = max(t.keys.start, t.from); key < min(t.seen.total, t.from + KEYS); key++) {
        for (int d = threadIdx.x; d < c.size; d += THREADS) {
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

template <typename T, int TEAMS> __device__ __forceinline__ void load_queries(Shared<T, TEAMS> &s, const Call<T> &c, const Task<T> &t) {
    const int width = t.pieces * PIECE;
    for (int i = threadIdx.x; i < t.rows * width; i += Shared<T, TEAMS>::THREADS) {
        const int r = i / width, d = i % width;
        s.q[r][d] = d < c.size ? load(row_of(c.q, c, c.q_stride, t, r) + d) : 0.f;
    }
}

template <typename T, int TEAMS>
__device__ __forceinline__ void put_weights(Shared<T, TEAMS> &s, const Call<T> &c, const Task<T> &t, const float (&product)[Shared<T, TEAMS>::TEAM_ROWS]) {
    const int x = threadIdx.x % KEYS, team = threadIdx.x / KEYS, key = t.from + x;
    const bool kept = key < t.seen.total && (!c.keep || c.keep[t.batch * c.capacity + key] != 0);
#pragma unroll
    for (int i = 0; i < Shared<T, TEAMS>::TEAM_ROWS; i++) {
        const int r = team + TEAMS * i, row = t.first + r, query = row / c.group;
        if (r >= t.rows) break;
        const long long at = (static_cast<long long>(t.head * c.group + row % c.group) * c.queries + query) * c.capacity + key;
        s.weights[r][x] = kept && key < t.seen.visible(query) ? score<T>(product[i], c.scale, c.bias ? c.bias + at : nullptr) : NOTHING;
    }
    __syncthreads();
    for (int r = threadIdx.x / 32; r < t.rows; r += 2 * TEAMS) {
        const float2 part = weigh<T>(s.weights[r]);
        if (threadIdx.x % 32 == 0) s.part[r] = part;
    }
}

// The mixture of one piece of the values: the result where there is one chunk only, else this chunk's part of it.
template <typename T, int TEAMS>
__device__ __forceinline__ void put_mixture(const Shared<T, TEAMS> &s, const Call<T> &c, const Task<T> &t,
                                            const float (&mixed)[Shared<T, TEAMS>::TEAM_ROWS], float *parts, int line, int piece) {
    const int d = piece * PIECE + threadIdx.x % PIECE, team = threadIdx.x / PIECE;
    if (d >= c.size) return;
#pragma unroll
    for (int i = 0; i < Shared<T, TEAMS>::TEAM_ROWS; i++) {
        const int r = team + TEAMS * i;
        if (r >= t.rows) break;
        if (t.chunks == 1) store(row_of(c.y, c, c.y_stride, t, r) + d, mixed[i] * inverse(s.part[r].y));
        else parts[(static_cast<long long>(r) * c.most_chunks() + t.chunk) * line + d] = mixed[i];
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

template <typename T, int TEAMS>
__device__ __forceinline__ void put_joined(Shared<T, TEAMS> &s, const Call<T> &c, const Task<T> &t, const float *parts, int line) {
    const int team = threadIdx.x / PIECE, x = threadIdx.x % PIECE;
    for (int r = team; r < t.rows + team; r += TEAMS) {
        for (int d = 0; d < c.size; d += PIECE) {
            const float result = joined(s, parts + static_cast<long long>(r) * c.most_chunks() * line, t.chunks, line, d, r < t.rows);
            if (r < t.rows && d + x < c.size) store(row_of(c.y, c, c.y_stride, t, r) + d + x, result);
        }
    }
}

// What a block does. Keys and values that are remembered are on their way before `ready` is called, which returns when queries and new keys and
// values can be read, and the result can be written.
template <typename T, int TEAMS, class Ready> __device__ __forceinline__ void few(Shared<T, TEAMS> &s, const Call<T> &c, const Part &part, Ready ready) {
    constexpr int ring = Pieces<T>::ring, THREADS = Shared<T, TEAMS>::THREADS, TEAM_ROWS = Shared<T, TEAMS>::TEAM_ROWS;
    const bool first = part.chunk + part.task + part.batch + threadIdx.x == 0;
    if (first && c.position && !fits(*c.position, c.queries, c.capacity)) report(c.trouble, c.node, *c.position);
    const Task<T> t = task(c, part);
    if (t.chunk >= t.chunks) return;
    const bool k_aligned = t.keys.aligned(c.size), v_aligned = t.values.aligned(c.size), remembered = min(t.from + KEYS, t.seen.total) <= t.keys.start;
    if (!remembered) ready();
#pragma unroll
    for (int piece = 0; piece < ring; piece++) begin(s, c, t, piece, k_aligned, v_aligned);
    if (remembered) ready();
    if (c.position && t.first == 0) remember<THREADS>(c, t);
    load_queries(s, c, t);
    float product[TEAM_ROWS] = {};
    for (int piece = 0; piece < t.pieces; piece++) {
        copy_async_wait<ring - 1>();
        __syncthreads();
        add_products(product, s, s.ring[piece % ring], piece * PIECE, min(PIECE, c.size - piece * PIECE), t.rows);
        __syncthreads();
        begin(s, c, t, piece + ring, k_aligned, v_aligned);
    }
    put_weights(s, c, t, product);
    const int line = (c.size + 3) / 4 * 4 + 4;
    float *parts = c.parts + ((t.batch * (c.heads / c.group) + t.head) * c.queries * c.group + t.first) * c.most_chunks() * line;
    for (int piece = t.pieces; piece < 2 * t.pieces; piece++) {
        copy_async_wait<ring - 1>();
        __syncthreads();
        float mixed[TEAM_ROWS] = {};
        mix(mixed, s, s.ring[piece % ring], min(KEYS, t.seen.total - t.from), t.rows);
        put_mixture(s, c, t, mixed, parts, line, piece - t.pieces);
        __syncthreads();
        begin(s, c, t, piece + ring, k_aligned, v_aligned);
    }
    if (t.chunks == 1) return;
    const int r = threadIdx.x;
    if (r < t.rows) *reinterpret_cast<float2 *>(parts + (static_cast<long long>(r) * c.most_chunks() + t.chunk + 1) * line - 4) = s.part[r];
    if (last_to_arrive(s.last, c.counters + t.batch * c.tasks() + part.task, t.chunks)) put_joined(s, c, t, parts, line);
}
