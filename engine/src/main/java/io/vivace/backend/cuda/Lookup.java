package io.vivace.backend.cuda;

import io.vivace.graph.Arithmetic.Nearest;
import io.vivace.graph.EmbeddingSum;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Shape;
import io.vivace.graph.TokenEmbedding;
import io.vivace.kernels.EmbeddingKernels;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import io.vivace.kernels.NearestKernels;
import io.vivace.kernels.TableKernels;
import java.util.ArrayList;
import java.util.List;

/** Launches of what finds rows of tables by number, and numbers of rows by content. */
final class Lookup {
    /** As many as one launch sums. */
    static final int TABLES = 8;
    private static final int THREADS = 256, VECTORS = 8;

    private Lookup() {}

    static List<Launch> of(Gather op, Table table, Place ids, Place y, Alarm alarm) {
        int count = op.ids().shape().size();
        return op.shape().size() == 0 ? List.of() : List.of(TableKernels.gather(variant(y, table), grid(count, table), table.address(), ids.address(),
                y.address(), count, table.channels(), table.rows(), alarm.trouble(), alarm.node()));
    }

    static List<Launch> of(EmbeddingSum op, List<Table> tables, Place ids, Place y, Alarm alarm) {
        List<Launch> launches = new ArrayList<>();
        if (op.shape().size() == 0) return launches;
        int frames = op.shape().rows(), codebooks = tables.size(), first = 0;
        while (first < codebooks) {
            Table table = tables.get(first);
            int count = 1;
            while (count < TABLES && first + count < codebooks && tables.get(first + count).type() == table.type()) count++;
            long[] t = addresses(tables.subList(first, first + count));
            launches.add(EmbeddingKernels.embeddingSum(variant(y, table), grid(frames, table), t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7],
                    ids.address(), y.address(), frames, table.channels(), table.rows(), codebooks, first, count, alarm.trouble(), alarm.node()));
            first += count;
        }
        return launches;
    }

    /** @param tables all of one type, at most {@link #TABLES} */
    static List<Launch> of(TokenEmbedding op, List<Table> tables, Place tokens, Place column, Place positions, Place position, Place y, Alarm alarm) {
        if (op.shape().size() == 0) return List.of();
        Shape all = op.tokens().shape();
        Table table = tables.getFirst();
        long[] t = addresses(tables);
        int capacity = positions == null ? 0 : op.positions().shape().at(0);
        return List.of(EmbeddingKernels.tokenEmbedding(variant(y, table), grid(op.shape().rows(), table), t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7],
                tokens.address(), column.address(), Place.address(positions), Place.address(position), y.address(), op.copies(), all.at(0), op.frames(),
                all.at(1), capacity, all.last(), table.channels(), table.rows(), alarm.trouble(), alarm.node()));
    }

    private static long[] addresses(List<Table> tables) {
        long[] addresses = new long[TABLES];
        for (int i = 0; i < tables.size(); i++) addresses[i] = tables.get(i).address();
        return addresses;
    }

    static List<Launch> of(Nearest op, Place x, Table table, Place y) {
        int vectors = op.shape().size();
        return vectors == 0 ? List.of() : List.of(NearestKernels.nearest(variant(x, table), Grid.covering(vectors, VECTORS), x.address(), table.address(),
                y.address(), vectors, table.rows(), table.channels()));
    }

    private static String variant(Place activation, Table table) {
        return activation.suffix() + "_" + table.type().suffix();
    }

    /** Four channels a thread. */
    private static Grid grid(int rows, Table table) {
        return Grid.covering((long) rows * Math.ceilDiv(table.channels(), 4), THREADS);
    }
}
