package io.vivace.backend.cuda;

import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.kernels.AttentionKernels;
import io.vivace.kernels.AttentionSplitKernels;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import java.util.List;

/**
 * Launches of attention. Few queries are spread over all blocks by their keys, many by themselves; both kernels give the same bits, so that
 * neither the batch nor the number of frames that come together shows in a result.
 */
final class Attentions {
    private static final int FEW = 4;
    /** As in {@code attention_split.cu}: keys of a block, rows of a block, greatest head. */
    private static final int KEYS = 64, ROWS = 8, MOST_SIZE = 256;
    /** As in {@code attention.cu}: queries and columns of a block. */
    private static final int QUERIES = 32, COLUMNS = 128;

    /** What both operations have in common. */
    private record Sizes(int batch, int queries, int keys, int heads, int group, int size, float scale) {
        static Sizes of(Attention op) {
            return new Sizes(op.q().shape().at(0), op.q().shape().at(1), op.k().shape().at(1), op.heads(), 1, op.shape().last() / op.heads(), (float) op.scale());
        }

        static Sizes of(CachedAttention op) {
            return new Sizes(op.q().shape().at(0), op.q().shape().at(1), op.keys().shape().at(1), op.heads(), 1, op.shape().last() / op.heads(),
                    (float) op.scale());
        }

        boolean empty() {
            return batch == 0 || queries == 0 || size == 0;
        }

        boolean few() {
            return queries <= FEW && size <= MOST_SIZE && counters() <= Scratch.COUNTERS / Type.INT32.bytes();
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

        Grid tiles() {
            return Grid.of(Math.ceilDiv(queries, QUERIES), heads * Math.ceilDiv(size, COLUMNS), batch);
        }

        /** For each chunk a mixture, its greatest score and its sum of weights, at multiples of 16 bytes. */
        long scratchBytes() {
            return few() && chunks() > 1 ? Scratch.COUNTERS + (long) batch * heads * queries * chunks() * (Math.ceilDiv(size, 4) * 4 + 4) * Type.FLOAT32.bytes() : 0;
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
        return List.of(AttentionKernels.attention(type(q, k, v, y), s.tiles(), q.address(), k.address(), v.address(), 0, Place.address(keep), floats(bias),
                y.address(), s.queries, s.keys, s.group, s.size, q.stride(), k.stride(), v.stride(), y.stride(), s.scale, causal));
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
        Launch attend = AttentionKernels.attention(type, s.tiles(), q.address(), keys.address(), values.address(), position.address(), 0, 0,
                y.address(), s.queries, s.keys, s.group, s.size, q.stride(), keys.stride(), values.stride(), y.stride(), s.scale, 1);
        return List.of(remember, attend);
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
