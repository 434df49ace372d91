package io.vivace.graph;

import io.vivace.graph.Arithmetic.Binary;
import io.vivace.graph.Arithmetic.Unary;
import java.util.List;

/**
 * The periodic activation {@code x + sin²(αx)/(β + 1e-9)}, each channel with its own α and β. arXiv 2006.08195; with a β of its own
 * ("snake-beta"): arXiv 2206.04658.
 *
 * @param x     [.., channels]
 * @param alpha [channels]
 * @param beta  [channels]; alpha again for the plain form
 */
public record Snake(Value x, Value alpha, Value beta) implements Fused {
    /** Keeps a β of zero from dividing. */
    public static final double FLOOR = 1e-9;

    @Override
    public List<Value> operands() {
        return List.of(x, alpha, beta);
    }

    @Override
    public Shape shape() {
        Shape s = Check.floats(this, x);
        Check.exactly(this, alpha, s.last());
        Check.exactly(this, beta, s.last());
        return s;
    }

    @Override
    public Value decompose(Graph g) {
        Value sine = x.times(alpha).apply(Unary.Kind.SIN);
        return x.plus(g.add(new Binary(Binary.Kind.DIVIDE, sine.times(sine), beta.affine(1, FLOOR))));
    }
}
