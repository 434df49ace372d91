package io.vivace.graph;

import java.util.List;

/**
 * Causal self-attention of new frames over all frames so far. The new keys and values are first written into their
 * states from {@code position} on; query i then sees the frames 0 … position + i. Does not move the position.
 *
 * @param q        [batch, frames, heads·size]
 * @param k        new keys, like q
 * @param v        new values, like q
 * @param keys     state [batch, capacity, heads·size]
 * @param values   state, like keys
 * @param position int32 [1]: frames that the states hold already
 */
public record CachedAttention(Value q, Value k, Value v, Value keys, Value values, Value position, int heads, double scale)
        implements Fused {

    @Override
    public List<Value> operands() {
        return List.of(q, k, v, keys, values, position);
    }

    @Override
    public List<Value> writes() {
        return List.of(keys, values);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, q), cache = Check.frames(this, keys);
        Check.scalar(this, position);
        Check.that(this, heads > 0 && s.last() % heads == 0 && k.shape().equals(s) && v.shape().equals(s));
        Check.that(this, cache.equals(values.shape()) && cache.at(0) == s.at(0) && cache.last() == s.last() && cache.at(1) >= s.at(1));
        return s;
    }

    @Override
    public Value decompose(Graph g) {
        g.add(new Stepwise.Write(keys, 1, position, k));
        g.add(new Stepwise.Write(values, 1, position, v));
        int queries = q.shape().at(1), capacity = keys.shape().at(1);
        Value scores = g.add(new Arithmetic.MatMul(Attention.split(q, heads), Attention.split(keys, heads), true)).affine(scale, 0);
        scores = g.add(new Arithmetic.Mask(scores, g.add(new Stepwise.CausalKeep(position, queries, capacity))));
        return Attention.mix(g, scores, values, heads);
    }
}
