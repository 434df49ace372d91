package io.vivace.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The beginning of a decoder's step: columns of its tokens as {@link EmbeddingSum} embeds them, and what is added for their positions.
 *
 * @param tables    one [rows, channels] a codebook
 * @param tokens    int32 [batch, columns, codebooks]
 * @param column    int32 [1]: the first to be embedded
 * @param frames    columns to be embedded
 * @param copies    of the batch, one after the other: guidance runs the same tokens under two conditions
 * @param positions [capacity, channels], or null
 * @param position  int32 [1]: that of the first frame; null without positions
 */
public record TokenEmbedding(List<Value> tables, Value tokens, Value column, int frames, int copies, Value positions, Value position) implements Fused {
    @Override
    public List<Value> operands() {
        List<Value> all = new ArrayList<>(tables);
        Collections.addAll(all, tokens, column);
        if (positions != null) Collections.addAll(all, positions, position);
        return all;
    }

    @Override
    public Shape shape() {
        Shape s = Check.ints(this, tokens), table = tables.getFirst().shape();
        Check.scalar(this, column);
        Check.that(this, s.rank() == 3 && s.last() == tables.size() && table.rank() == 2 && copies > 0 && frames >= 0 && frames <= s.at(1));
        for (Value each : tables) Check.exactly(this, each, table.toArray());
        if (positions != null) {
            Check.scalar(this, position);
            Shape all = Check.floats(this, positions);
            Check.that(this, all.rank() == 2 && all.last() == table.last() && frames <= all.at(0));
        }
        return Shape.of(Math.multiplyExact(copies, s.at(0)), frames, table.last());
    }

    @Override
    public Value decompose(Graph g) {
        Value codes = g.add(new Stepwise.Window(tokens, 1, column, frames));
        if (copies > 1) codes = g.add(new Rearrangement.Concat(Collections.nCopies(copies, codes), 0));
        Value sum = g.add(new EmbeddingSum(tables, codes));
        return positions == null ? sum : sum.plus(g.add(new Stepwise.Window(positions, 0, position, frames)));
    }
}
