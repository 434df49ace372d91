package io.vivace.graph;

import java.util.List;

/**
 * Scaled dot-product attention of several heads: {@code softmax(q·kᵀ·scale + bias)·v}, arXiv 1706.03762 §3.2. A query that may see no key
 * at all gives zeros.
 *
 * @param q      [batch, queries, heads·size]
 * @param k      [batch, keys, heads·size]
 * @param v      [batch, keys, heads·size]
 * @param causal query i sees keys 0 … i
 * @param keep   int32 [batch, keys], 0 hides a key; or null
 * @param bias   added to the scores, [heads, queries, keys]; or null
 */
public record Attention(Value q, Value k, Value v, int heads, double scale, boolean causal, Value keep, Value bias) implements Fused {
    @Override
    public List<Value> operands() {
        return Operands.present(q, k, v, keep, bias);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, q), key = Check.frames(this, k);
        Check.that(this, heads > 0 && s.last() % heads == 0 && key.at(0) == s.at(0) && key.last() == s.last() && v.shape().equals(key));
        if (keep != null) Check.that(this, Check.ints(this, keep).equals(Shape.of(key.at(0), key.at(1))));
        if (bias != null) Check.exactly(this, bias, heads, s.at(1), key.at(1));
        return s;
    }

    @Override
    public Value decompose(Graph g) {
        int queries = q.shape().at(1), keys = k.shape().at(1);
        Value scores = g.add(new Arithmetic.MatMul(split(q, heads), split(k, heads), true)).affine(scale, 0);
        if (bias != null) scores = scores.plus(bias);
        if (keep != null) scores = g.add(new Arithmetic.Mask(scores, keep.reshape(keep.shape().at(0), 1, 1, keys)));
        if (causal) {
            Value start = g.constant(Tensor.of(Shape.of(1), 0));
            scores = g.add(new Arithmetic.Mask(scores, g.add(new Stepwise.CausalKeep(start, queries, keys))));
        }
        return mix(g, scores, v, heads);
    }

    /** [batch, frames, heads·size] to [batch, heads, frames, size]. */
    static Value split(Value x, int heads) {
        Shape s = x.shape();
        return x.reshape(s.at(0), s.at(1), heads, s.at(2) / heads).transpose(0, 2, 1, 3);
    }

    /** Softmax of the scores [batch, heads, queries, keys], then the mixture of values [batch, keys, heads·size]. */
    static Value mix(Graph g, Value scores, Value v, int heads) {
        Value mixed = g.add(new Arithmetic.MatMul(g.add(new Arithmetic.Softmax(scores)), split(v, heads), false));
        return mixed.transpose(0, 2, 1, 3).reshape(v.shape().at(0), scores.shape().at(2), v.shape().at(2));
    }
}
