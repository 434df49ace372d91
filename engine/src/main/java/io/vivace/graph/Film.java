package io.vivace.graph;

import java.util.Arrays;
import java.util.List;

/**
 * Feature-wise modulation {@code x·(1 + scale) + shift}, one scale and shift a channel and batch row, where no norm can carry it along.
 * arXiv 1709.07871.
 *
 * @param x     [batch, .., channels]
 * @param scale [batch, channels]
 * @param shift [batch, channels]
 */
public record Film(Value x, Value scale, Value shift) implements Fused {
    @Override
    public List<Value> operands() {
        return List.of(x, scale, shift);
    }

    @Override
    public Shape shape() {
        check(this, x, scale, shift);
        return x.shape();
    }

    @Override
    public Value decompose(Graph g) {
        return modulate(x, scale, shift);
    }

    static void check(Op op, Value x, Value scale, Value shift) {
        Shape s = Check.floats(op, x);
        Check.that(op, s.rank() >= 2);
        Check.exactly(op, scale, s.at(0), s.last());
        Check.exactly(op, shift, s.at(0), s.last());
    }

    static Value modulate(Value x, Value scale, Value shift) {
        return x.times(beside(scale.affine(1, 1), x)).plus(beside(shift, x));
    }

    /** A modulation as a value that broadcasts to x. */
    private static Value beside(Value modulation, Value x) {
        int[] extents = new int[x.shape().rank()];
        Arrays.fill(extents, 1);
        extents[0] = x.shape().at(0);
        extents[extents.length - 1] = x.shape().last();
        return modulation.reshape(extents);
    }
}
