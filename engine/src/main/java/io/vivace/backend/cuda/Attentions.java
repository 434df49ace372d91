package io.vivace.backend.cuda;

import io.vivace.graph.Arithmetic.Softmax;
import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Rotary;
import io.vivace.graph.Shape;
import io.vivace.kernels.AttentionKernels;
import io.vivace.kernels.AttentionSplitKernels;
import io.vivace.kernels.AttentionTensorKernels;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import io.vivace.kernels.RotaryKernels;
import io.vivace.kernels.SoftmaxKernels;
import java.util.List;

/**
 * Launches of attention and of what stands beside it. Few queries are spread over all blocks by their keys, many by themselves; both kernels give
 * the same bits, so that neither the batch nor the number of frames that come together shows in a result. On tensor cores (bf16, many queries,
 * heads of usual sizes) weights are rounded, so there the number of frames shows in the last bits; the batch does not.
 */
final class Attentions {
    private static final int FEW = 4;
    /** As in {@code attention_split.cu}: keys of a block, rows of a block, greatest head. */
    private static final int KEYS = 64, ROWS = 8, MOST_SIZE = 256;
    /** As in {@code attention.cu}: queries and columns of a block. */
    private static final int QUERIES = 32, COLUMNS = 128;
    /** As in {@code attention_tensor.cu}: queries of a block. */
    private static final int TENSOR_QUERIES = 64, TALL_QUERIES = 128;
    /** Blocks below which tall ones would leave a large device idle: two for each of its processors. */
    private static final int TALL_BLOCKS = 264;
    private static final int VECTOR_BYTES = 16;

    /** A kernel on tensor cores, for one size of heads. */
    private interface TensorKernel {
        Launch of(String variant, Grid grid, long q, long k, long v, long position, long keep, long bias, long y, int queries, int keys, int group,
                int qStride, int kStride, int vStride, int yStride, float scale, int causal);
    }

    /** What many queries look at; {@code position}, {@code keep} and {@code bias} are addresses, or 0. */
    private record View(Place q, Place k, Place v, long position, long keep, long bias, Place y, boolean causal) {}

    /** What both operations have in common. */
    private record Sizes(int batch, int queries, int keys, int heads, int group, int size, float scale) {
        static Sizes of(Attention op) {
            return of(op.shape(), op.k().shape().at(1), op.heads(), op.keyHeads(), op.scale());
        }

        static Sizes of(CachedAttention op) {
            return of(op.shape(), op.keys().shape().at(1), op.heads(), op.keyHeads(), op.scale());
        }

        private static Sizes of(Shape queries, int keys, int heads, int keyHeads, double scale) {
            return new Sizes(queries.at(0), queries.at(1), keys, heads, heads / keyHeads, queries.last() / heads, (float) scale);
        }

        boolean empty() {
            return batch == 0 || queries == 0 || size == 0;
        }

        boolean few() {
            return queries <= FEW && size <= MOST_SIZE && counters() <= Scratch.MOST_COUNTERS;
        }

        int chunks() {
            return Math.max(1, Math.ceilDiv(keys, KEYS));
        }

        /** Blocks that have the same keys. */
        int tasks() {
            return heads / group * Math.ceilDiv(queries * group, ROWS);
        }

        long counters() {
            return (long) batch * tasks();
        }

        Grid split() {
            return Grid.of(chunks(), tasks(), batch);
        }

        Grid tiles(int height) {
            return Grid.of(Math.ceilDiv(queries, height), heads, batch);
        }

        Grid tiles() {
            return Grid.of(Math.ceilDiv(queries, QUERIES), heads * Math.ceilDiv(size, COLUMNS), batch);
        }

        boolean tall() {
            return (long) Math.ceilDiv(queries, TALL_QUERIES) * heads * batch >= TALL_BLOCKS;
        }

        /** For each chunk a mixture, its greatest score and its sum of weights, at multiples of 16 bytes. */
        long scratchBytes() {
            if (!few() || chunks() == 1) return 0;
            int line = Math.ceilDiv(size, 4) * 4 + 4;
            return Scratch.COUNTERS + (long) batch * heads * queries * chunks() * line * Type.FLOAT32.bytes();
        }
    }

    private Attentions() {}

    static long scratchBytes(Attention op) {
        return Sizes.of(op).scratchBytes();
    }

    static long scratchBytes(CachedAttention op) {
        return Sizes.of(op).scratchBytes();
    }

    static List<Launch> of(Attention op, Place q, Place k, Place v, Place keep, Place bias, Place y, Scratch scratch) {
        Sizes s = Sizes.of(op);
        if (s.empty()) return List.of();
        int causal = op.causal() ? 1 : 0;
        if (s.few()) {
            return List.of(AttentionSplitKernels.attentionSplit(type(q, k, v, y), s.split(), q.address(), k.address(), v.address(), 0, 0, 0,
                    Place.address(keep), floats(bias), y.address(), scratch.data(), scratch.address(), s.queries, s.keys, s.heads, s.group, s.size,
                    q.stride(), k.stride(), v.stride(), 0, 0, y.stride(), s.scale, causal, 0, 0));
        }
        return List.of(many(s, new View(q, k, v, 0, Place.address(keep), floats(bias), y, op.causal())));
    }

    static List<Launch> of(CachedAttention op, Place q, Place k, Place v, Place keys, Place values, Place position, Place y, Scratch scratch, Alarm alarm) {
        Sizes s = Sizes.of(op);
        if (s.empty()) return List.of();
        String type = type(q, k, v, keys, values, y);
        if (s.few()) {
            return List.of(AttentionSplitKernels.attentionSplit(type, s.split(), q.address(), keys.address(), values.address(), k.address(), v.address(),
                    position.address(), 0, 0, y.address(), scratch.data(), scratch.address(), s.queries, s.keys, s.heads, s.group, s.size,
                    q.stride(), keys.stride(), values.stride(), k.stride(), v.stride(), y.stride(), s.scale, 1, alarm.trouble(), alarm.node()));
        }
        Launch remember = AttentionKernels.remember(type, Grid.of(s.queries, s.batch), k.address(), v.address(), keys.address(), values.address(),
                position.address(), s.queries, s.keys, op.keys().shape().last(), k.stride(), v.stride(), alarm.trouble(), alarm.node());
        return List.of(remember, many(s, new View(q, keys, values, position.address(), 0, 0, y, true)));
    }

    /** Float32. */
    static List<Launch> of(Softmax op, Place x, Place y) {
        Shape shape = op.shape();
        return shape.size() == 0 ? List.of() : List.of(SoftmaxKernels.softmax(y.suffix(), Grid.of(shape.rows()), x.address(), y.address(), shape.last()));
    }

    static List<Launch> of(Rotary op, Place x, Place table, Place position, Place y, Alarm alarm) {
        Shape shape = op.shape(), angles = op.table().shape();
        if (shape.size() == 0) return List.of();
        return List.of(RotaryKernels.rotary(type(x, y), Grid.of(shape.at(0) * shape.at(1)), x.address(), table.address(), Place.address(position), y.address(),
                shape.at(1), angles.at(0), op.heads(), op.size(), angles.last(), x.stride(), y.stride(), op.interleaved() ? 1 : 0, alarm.trouble(),
                alarm.node()));
    }

    private static Launch many(Sizes s, View x) {
        String type = type(x.q, x.k, x.v, x.y);
        int causal = x.causal ? 1 : 0;
        if (x.y.type() == Type.BFLOAT16 && s.scale > 0 && vectors(x.q) && vectors(x.k) && vectors(x.v) && vectors(x.y) && tensor(s.size, false) != null) {
            boolean tall = s.tall() && tensor(s.size, true) != null;
            return tensor(s.size, tall).of(type, s.tiles(tall ? TALL_QUERIES : TENSOR_QUERIES), x.q.address(), x.k.address(), x.v.address(), x.position, x.keep,
                    x.bias, x.y.address(), s.queries, s.keys, s.group, x.q.stride(), x.k.stride(), x.v.stride(), x.y.stride(), s.scale, causal);
        }
        return AttentionKernels.attention(type, s.tiles(), x.q.address(), x.k.address(), x.v.address(), x.position, x.keep, x.bias, x.y.address(),
                s.queries, s.keys, s.group, s.size, x.q.stride(), x.k.stride(), x.v.stride(), x.y.stride(), s.scale, causal);
    }

    /** Null where there is none. */
    private static TensorKernel tensor(int size, boolean tall) {
        return switch (size) {
            case 64 -> tall ? AttentionTensorKernels::attentionTall64 : AttentionTensorKernels::attention64;
            case 80 -> tall ? AttentionTensorKernels::attentionTall80 : AttentionTensorKernels::attention80;
            case 96 -> tall ? null : AttentionTensorKernels::attention96;
            case 128 -> tall ? null : AttentionTensorKernels::attention128;
            default -> null;
        };
    }

    /** Whether all rows start where 16 bytes can be moved at once. */
    private static boolean vectors(Place x) {
        return x.address() % VECTOR_BYTES == 0 && x.stride() * x.type().bytes() % VECTOR_BYTES == 0;
    }

    private static String type(Place... places) {
        for (Place place : places) {
            if (place.type() != places[0].type()) throw new IllegalStateException("attention over " + place.type() + " beside " + places[0].type());
        }
        return places[0].suffix();
    }

    private static long floats(Place bias) {
        if (bias != null && bias.type() != Type.FLOAT32) throw new IllegalStateException("attention with a bias of " + bias.type());
        return Place.address(bias);
    }
}
