package io.vivace.graph;

import java.util.List;

/**
 * The end of a decoder's step: draws a token a codebook, replaces it where one is given, and writes the column into the tokens. Moves neither
 * the column nor the step.
 *
 * @param logits   [batch, codebooks, vocabulary], and with settings, keys and step as {@link SampleTokens} has them
 * @param given    int32 [batch, columns, codebooks]: tokens, or negative where they are free
 * @param tokens   state, like given
 * @param column   int32 [1]
 */
public record NextTokens(Value logits, Value settings, Value keys, Value step, Value given, Value tokens, Value column) implements Fused {
    @Override
    public List<Value> operands() {
        return List.of(logits, settings, keys, step, given, tokens, column);
    }

    @Override
    public List<Value> writes() {
        return List.of(tokens);
    }

    @Override
    public Shape shape() {
        Shape row = new SampleTokens(logits, settings, keys, step).shape(), all = Check.ints(this, tokens);
        Check.scalar(this, column);
        Check.that(this, all.rank() == 3 && all.at(0) == row.at(0) && all.last() == row.last() && Check.ints(this, given).equals(all));
        return row;
    }

    @Override
    public DType dtype() {
        return DType.INT32;
    }

    @Override
    public Value decompose(Graph g) {
        int batch = logits.shape().at(0), codebooks = logits.shape().at(1);
        Value drawn = g.add(new SampleTokens(logits, settings, keys, step));
        Value fixed = g.add(new Stepwise.Window(given, 1, column, 1)).reshape(batch, codebooks);
        Value next = g.add(new Stepwise.Force(fixed, drawn));
        g.add(new Stepwise.Write(tokens, 1, column, next.reshape(batch, 1, codebooks)));
        return next;
    }
}
