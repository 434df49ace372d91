package io.vivace.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * The sum of one row of each table: how frames of several codebooks enter a decoder.
 *
 * @param tables one [rows, channels] a codebook
 * @param ids    int32 [batch, frames, codebooks]
 */
public record EmbeddingSum(List<Value> tables, Value ids) implements Fused {
    @Override
    public List<Value> operands() {
        List<Value> all = new ArrayList<>(tables);
        all.add(ids);
        return all;
    }

    @Override
    public Shape shape() {
        Shape s = Check.ints(this, ids), first = tables.getFirst().shape();
        Check.that(this, s.rank() == 3 && s.last() == tables.size() && first.rank() == 2);
        for (Value table : tables) Check.exactly(this, table, first.toArray());
        return s.withLast(first.last());
    }

    @Override
    public Value decompose(Graph g) {
        int batch = ids.shape().at(0), frames = ids.shape().at(1);
        Value sum = null;
        for (int k = 0; k < tables.size(); k++) {
            Value row = g.add(new Rearrangement.Gather(tables.get(k), ids.slice(2, k, k + 1).reshape(batch, frames)));
            sum = sum == null ? row : sum.plus(row);
        }
        return sum;
    }
}
