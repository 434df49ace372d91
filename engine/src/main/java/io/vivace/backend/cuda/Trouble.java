package io.vivace.backend.cuda;

import io.vivace.graph.CachedAttention;
import io.vivace.graph.EmbeddingSum;
import io.vivace.graph.NextTokens;
import io.vivace.graph.Op;
import io.vivace.graph.Rearrangement;
import io.vivace.graph.Rotary;
import io.vivace.graph.SampleTokens;
import io.vivace.graph.Sampling;
import io.vivace.graph.Stepwise;
import io.vivace.graph.TokenEmbedding;
import io.vivace.graph.Value;

/** What a kernel's report means, in the words that the CPU back end uses. */
final class Trouble {
    private Trouble() {}

    /** The error that an operation had with a value of its data. */
    static RuntimeException of(Op op, int value) {
        return switch (op) {
            case Rearrangement.Gather g -> outside(g.table(), value);
            case EmbeddingSum e -> outside(e.tables().getFirst(), value);
            case TokenEmbedding e -> new IndexOutOfBoundsException(e.title() + " of a token, column or position " + value + " that is outside: " + e);
            case Stepwise.Write w -> leaves("Write", w.x().shape().at(w.axis()), value, w.axis(), w.state());
            case Stepwise.Window w -> leaves("Window", w.count(), value, w.axis(), w.x());
            case Rotary r -> leaves("Window", r.shape().at(1), value, 0, r.table());
            case CachedAttention a -> leaves(a.title(), a.q().shape().at(1), value, 1, a.keys());
            case Sampling.Draw d -> nothing(d.probabilities());
            case Sampling.Probabilities _, SampleTokens _ -> unable(value);
            case NextTokens _ when isLimit(value) -> unable(value);
            case NextTokens n -> leaves("Write", 1, value, 1, n.tokens());
            default -> new ArithmeticException(op.title() + " failed with " + value + ": " + op);
        };
    }

    private static RuntimeException outside(Value table, int row) {
        return new IndexOutOfBoundsException("Gather of row " + row + " leaves " + table + " with its rows 0 to " + (table.shape().at(0) - 1));
    }

    private static RuntimeException leaves(String title, int count, int position, int axis, Value state) {
        return new IndexOutOfBoundsException(title + " of " + count + " elements at position " + position + " leaves axis " + axis + " of " + state);
    }

    /** Whether it is the bits of a logit with which nothing can be chosen, which no position looks like. */
    private static boolean isLimit(int value) {
        return value == Float.floatToIntBits(Float.NaN) || Float.isInfinite(Float.intBitsToFloat(value));
    }

    /** @param bits of the largest logit */
    private static RuntimeException unable(int bits) {
        return new ArithmeticException("Probabilities of a logit that is " + Float.intBitsToFloat(bits));
    }

    private static RuntimeException nothing(Value probabilities) {
        return new ArithmeticException("Draw found no token with a probability above 0 among " + probabilities.shape().last());
    }
}
