package io.vivace.model.discodiff;

import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic.MatMul;
import io.vivace.graph.Arithmetic.Softmax;
import io.vivace.graph.Attention;
import io.vivace.graph.Graph;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;

/** The network's attentions; each adds what it finds to [rows, frames, channels]. */
final class Attentions {
    /** The original divides by a vector's length, which it takes to be 1e-12 at least. */
    private static final double LEAST_SQUARE = 1e-24;

    private final DiscoDiffConfig config;
    private final Graph g;

    Attentions(DiscoDiffConfig config, Graph g) {
        this.config = config;
        this.g = g;
    }

    private int inner() {
        return config.codebooks() * config.headDim();
    }

    private double scale() {
        return 1 / Math.sqrt(config.headDim());
    }

    private static Value norm(Scope own, String name, Value x) {
        return own.rmsNorm(name, x, LEAST_SQUARE / x.shape().last());
    }

    /** Every frame looks at all frames. */
    Value self(Scope own, Value x) {
        int inner = inner();
        Value qkv = own.linear("qkv", norm(own, "norm", x), 3 * inner, null, Activation.NONE);
        Value q = qkv.slice(2, 0, inner), k = qkv.slice(2, inner, 2 * inner), v = qkv.slice(2, 2 * inner, 3 * inner);
        return own.affine("out", g.add(new Attention(q, k, v, config.codebooks(), scale(), false, null, null)), x.shape().last(), x, Activation.NONE);
    }

    /** Every frame looks at all tokens of a context. */
    Value cross(Scope own, Value x, Contexts.Pair context) {
        Value q = own.linear("q", norm(own, "norm", x), inner(), null, Activation.NONE);
        Value mixed = g.add(new Attention(q, context.keys(), context.values(), config.codebooks(), scale(), false, null, null));
        return own.affine("out", mixed, x.shape().last(), x, Activation.NONE);
    }

    /** What {@link #cross} sees of [rows, tokens, channels]. */
    Contexts.Pair pair(Scope own, Value context) {
        return new Contexts.Pair(own.linear("k", context, inner(), null, Activation.NONE), own.linear("v", context, inner(), null, Activation.NONE));
    }

    /**
     * Linear attention over time: keys are shares of time, so all frames together are one small matrix a head, which the queries, shares of a
     * head's channels, read. arXiv 1812.01243.
     */
    Value linear(Scope own, Value x) {
        int rows = x.shape().at(0), frames = x.shape().at(1), heads = config.codebooks(), size = DiscoDiffConfig.LINEAR_HEAD, inner = heads * size;
        Value qkv = own.linear("qkv", norm(own, "norm", x), 3 * inner, null, Activation.NONE).reshape(rows, frames, 3 * heads, size);
        Value q = qkv.slice(2, 0, heads), k = qkv.slice(2, heads, 2 * heads), v = qkv.slice(2, 2 * heads, 3 * heads);
        Value shares = g.add(new Softmax(q)).transpose(0, 2, 1, 3).affine(1 / Math.sqrt(size), 0);
        Value times = g.add(new Softmax(k.transpose(0, 2, 3, 1)));
        Value all = g.add(new MatMul(times, v.transpose(0, 2, 1, 3), false));
        Value mixed = g.add(new MatMul(shares, all, false)).transpose(0, 2, 1, 3).reshape(rows, frames, inner);
        return norm(own, "out_norm", own.affine("out", mixed, x.shape().last(), null, Activation.NONE)).plus(x);
    }
}
