package io.vivace.backend.cpu;

import io.vivace.graph.Arithmetic.Nearest;
import io.vivace.graph.EmbeddingSum;
import io.vivace.graph.Rearrangement.Gather;
import java.util.List;

/** Rows of tables by number, and numbers of rows by content. */
final class Lookup {
    private Lookup() {}

    static Kernel gather(Machine machine, Gather op, Table table, Place ids, Place y) {
        int channels = op.shape().last();
        return machine.rows(op.ids().shape().size(), channels, (row, thread) ->
                table.read(table.checked(ids.ints()[ids.at() + row]), y.floats(), y.at() + row * channels));
    }

    static Kernel embeddingSum(Machine machine, EmbeddingSum op, List<Table> all, Place ids, Place y) {
        int channels = op.shape().last(), count = all.size();
        Table[] tables = all.toArray(Table[]::new);
        return machine.rows(op.shape().rows(), channels * count, (row, thread) -> {
            int at = y.at() + row * channels;
            for (int i = 0; i < count; i++) {
                int id = tables[i].checked(ids.ints()[ids.at() + row * count + i]);
                if (i == 0) tables[i].read(id, y.floats(), at);
                else tables[i].add(id, y.floats(), at);
            }
        });
    }

    /**
     * Distances are found in float32 as |t|² − 2x·t; the few rows that are nearest within its error are then measured in double precision, so the
     * answer is the exact one.
     */
    static Kernel nearest(Machine machine, Nearest op, Place x, Place table, Place y) {
        int rows = op.x().shape().rows(), channels = op.x().shape().last(), entries = op.table().shape().at(0), step = 16;
        Lanes lanes = machine.lanes;
        machine.needFloats(2 * entries);
        Pool.Region region = (task, thread) -> {
            float[] scratch = machine.floats(thread);
            for (int t = 0; t < entries; t++) scratch[entries + t] = lanes.squares(table.floats(), table.at() + t * channels, channels, 0);
            float longest = lanes.maximum(scratch, entries, entries);
            for (int row = task * step; row < Math.min(rows, (task + 1) * step); row++) {
                int at = x.at() + row * channels;
                lanes.scores(x.floats(), at, table.floats(), table.at(), channels, entries, channels, -2, scratch, 0);
                lanes.finish(scratch, 0, null, 0, scratch, entries, null, 0, entries);
                float error = 1e-5f * (longest + lanes.squares(x.floats(), at, channels, 0));
                y.ints()[y.at() + row] = nearest(scratch, entries, error, x.floats(), at, table.floats(), table.at(), channels);
            }
        };
        return () -> machine.pool.run(region, Math.ceilDiv(rows, step));
    }

    private static int nearest(float[] distances, int count, float error, float[] x, int xAt, float[] table, int tableAt, int channels) {
        float least = Float.POSITIVE_INFINITY;
        for (int t = 0; t < count; t++) least = Math.min(least, distances[t]);
        double exact = Double.POSITIVE_INFINITY;
        int best = 0;
        for (int t = 0; t < count; t++) {
            if (!(distances[t] <= least + error)) continue;
            double distance = distance(x, xAt, table, tableAt + t * channels, channels);
            if (distance < exact) {
                exact = distance;
                best = t;
            }
        }
        return best;
    }

    private static double distance(float[] x, int xAt, float[] table, int at, int channels) {
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            double difference = (double) x[xAt + c] - table[at + c];
            sum += difference * difference;
        }
        return sum;
    }
}
