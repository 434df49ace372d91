package io.vivace.graph;

import java.util.List;

/**
 * Causal self-attention of new frames over all frames so far. The new keys and values are first written into their
 * states from {@code position} on; query i then sees the frames 0 … position + i. Does not move the position.
 *
 * @param q        [batch, frames, heads·size]
 * @param k        new keys, [batch, frames, keyHeads·size]
 * @param v        new values, like k
 * @param keys     state [batch, capacity, keyHeads·size]
 * @param values   state, like keys
 * @param position int32 [1]: frames that the states hold already
 * @param keyHeads heads of keys and values, see {@link Attention}
 */
public record CachedAttention(Value q, Value k, Value v, Value keys, Value values, Value position, int heads, int keyHeads, double scale)
        implements Fused {

    /** Every head has keys and values of its own. */
    public CachedAttention(Value q, Value k, Value v, Value keys, Value values, Value position, int heads, double scale) {
        this(q, k, v, keys, values, position, heads, heads, scale);
    }

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
        Shape s = Check.frames(this, q), fresh = Check.frames(this, k), cache = Check.frames(this, keys);
        Check.scalar(this, position);
        Check.that(this, fresh.equals(s.withLast(Attention.keyWidth(this, s.last(), heads, keyHeads))) && v.shape().equals(fresh));
        Check.that(this, cache.equals(values.shape()) && cache.at(1) >= s.at(1) && fresh.equals(cache.with(1, s.at(1))));
        return s;
    }

    @Override
    public Value decompose(Graph g) {
        g.add(new Stepwise.Write(keys, 1, position, k));
        g.add(new Stepwise.Write(values, 1, position, v));
        int queries = q.shape().at(1), capacity = keys.shape().at(1);
        Value scores = Attention.scores(g, q, keys, heads, keyHeads, scale);
        scores = g.add(new Arithmetic.Mask(scores, g.add(new Stepwise.CausalKeep(position, queries, capacity))));
        return Attention.mix(g, scores, values, keyHeads);
    }
}
