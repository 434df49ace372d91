package io.vivace.graph;

import java.util.List;

/**
 * Scaled dot-product attention of several heads: {@code softmax(q·kᵀ·scale + bias)·v}, arXiv 1706.03762 §3.2. A query that may see no key
 * at all gives zeros. Neighbouring heads may share one head of keys and values, arXiv 2305.13245.
 *
 * @param q        [batch, queries, heads·size]
 * @param k        [batch, keys, keyHeads·size]
 * @param v        [batch, keys, keyHeads·size]
 * @param keyHeads heads of keys and values; head i of the queries uses i / (heads / keyHeads)
 * @param causal   query i sees keys 0 … i
 * @param keep     int32 [batch, keys], 0 hides a key; or null
 * @param bias     added to the scores, [heads, queries, keys]; or null
 */
public record Attention(Value q, Value k, Value v, int heads, int keyHeads, double scale, boolean causal, Value keep, Value bias) implements Fused {
    /** Every head has keys and values of its own. */
    public Attention(Value q, Value k, Value v, int heads, double scale, boolean causal, Value keep, Value bias) {
        this(q, k, v, heads, heads, scale, causal, keep, bias);
    }

    @Override
    public List<Value> operands() {
        return Operands.present(q, k, v, keep, bias);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, q), key = Check.frames(this, k);
        Check.that(this, key.at(0) == s.at(0) && key.last() == keyWidth(this, s.last(), heads, keyHeads) && v.shape().equals(key));
        if (keep != null) Check.that(this, Check.ints(this, keep).equals(Shape.of(key.at(0), key.at(1))));
        if (bias != null) Check.exactly(this, bias, heads, s.at(1), key.at(1));
        return s;
    }

    @Override
    public Value decompose(Graph g) {
        int queries = q.shape().at(1), keys = k.shape().at(1);
        Value scores = scores(g, q, k, heads, keyHeads, scale);
        if (bias != null) scores = scores.plus(bias);
        if (keep != null) scores = g.add(new Arithmetic.Mask(scores, keep.reshape(keep.shape().at(0), 1, 1, keys)));
        if (causal) {
            Value start = g.constant(Tensor.of(Shape.of(1), 0));
            scores = g.add(new Arithmetic.Mask(scores, g.add(new Stepwise.CausalKeep(start, queries, keys))));
        }
        return mix(g, scores, v, keyHeads);
    }

    /** Channels of keys and values beside queries of {@code width} channels. */
    static int keyWidth(Op op, int width, int heads, int keyHeads) {
        Check.that(op, heads > 0 && keyHeads > 0 && heads % keyHeads == 0 && width % heads == 0);
        return width / heads * keyHeads;
    }

    /** [batch, frames, heads·size] to [batch, heads, frames, size]. */
    private static Value split(Value x, int heads) {
        Shape s = x.shape();
        return x.reshape(s.at(0), s.at(1), heads, s.at(2) / heads).transpose(0, 2, 1, 3);
    }

    /** Heads of [batch, heads, …, …] in groups that share keys and values: [batch, groups, heads / groups, …, …]. */
    private static Value grouped(Value x, int groups) {
        Shape s = x.shape();
        return x.reshape(s.at(0), groups, s.at(1) / groups, s.at(2), s.at(3));
    }

    /** Products of queries and keys, scaled: [batch, heads, queries, keys]. */
    static Value scores(Graph g, Value q, Value k, int heads, int keyHeads, double scale) {
        Value products = g.add(new Arithmetic.MatMul(grouped(split(q, heads), keyHeads), grouped(split(k, keyHeads), keyHeads), true));
        return products.reshape(q.shape().at(0), heads, q.shape().at(1), k.shape().at(1)).affine(scale, 0);
    }

    /** Softmax of the scores [batch, heads, queries, keys], then the mixture of values [batch, keys, keyHeads·size]. */
    static Value mix(Graph g, Value scores, Value v, int keyHeads) {
        Value weights = grouped(g.add(new Arithmetic.Softmax(scores)), keyHeads);
        Value mixed = g.add(new Arithmetic.MatMul(weights, grouped(split(v, keyHeads), keyHeads), false));
        int batch = v.shape().at(0), heads = scores.shape().at(1), queries = scores.shape().at(2), size = v.shape().at(2) / keyHeads;
        return mixed.reshape(batch, heads, queries, size).transpose(0, 2, 1, 3).reshape(batch, queries, heads * size);
    }
}
