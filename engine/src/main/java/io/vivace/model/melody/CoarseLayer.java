package io.vivace.model.melody;

import io.vivace.graph.Activation;
import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.Attention;
import io.vivace.graph.Graph;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Rotary;
import io.vivace.graph.Shape;
import io.vivace.graph.Value;
import io.vivace.model.diffusion.SegmentPositions;
import io.vivace.nn.Scope;

/**
 * A layer of the coarse path, arXiv 2305.15719 §4.2: attention over the segments of each column, attention to the semantic tokens, feed-forward.
 * Rows without tokens attend to their own sequence a second time. Columns of a batch item look at the same keys, so their queries go as one long row.
 */
final class CoarseLayer {
    private final DiffusionConfig config;
    private final SemanticConfig semantic;
    private final Evaluation evaluation;
    private final TokenKeys tokens;

    /** @param tokens null where no row sees any */
    CoarseLayer(DiffusionConfig config, SemanticConfig semantic, Evaluation evaluation, TokenKeys tokens) {
        this.config = config;
        this.semantic = semantic;
        this.evaluation = evaluation;
        this.tokens = tokens;
    }

    /** @param x sequences of segments, [rows·columns, segments, width]; @return the same shape */
    Value apply(Scope layer, Value x) {
        Value attended = crossAttention(layer.at("cross"), selfAttention(layer.at("self"), x));
        Scope feed = layer.at("feed_forward");
        Value inner = linearOfNorm(feed, "in", attended, config.feedHidden(), Activation.GELU_ERF);
        return feed.affine("out", inner, config.width(), attended, Activation.NONE);
    }

    private Value selfAttention(Scope scope, Value x) {
        int width = config.width();
        Value qkv = linearOfNorm(scope, "qkv", x, 3 * width, Activation.NONE);
        Value q = turned(qkv.slice(2, 0, width)), k = turned(qkv.slice(2, width, 2 * width));
        return scope.affine("out", attention(q, k, qkv.slice(2, 2 * width, 3 * width)), width, x, Activation.NONE);
    }

    private Value crossAttention(Scope scope, Value x) {
        Value mixed;
        if (evaluation == Evaluation.CONDITIONAL) {
            mixed = toTokens(scope, placed(linearOfNorm(scope, "q", x, config.width(), Activation.NONE)));
        } else {
            Value normed = scope.rmsNorm("norm", x, Denoiser.EPSILON), q = placed(scope.affine("q", normed, config.width(), null, Activation.NONE));
            mixed = toItself(scope, evaluation.unconditional(q), evaluation.unconditional(normed));
            if (evaluation.seesTokens()) mixed = scope.graph().concat(0, toTokens(scope, evaluation.conditional(q)), mixed);
        }
        return scope.affine("out", mixed, config.width(), x, Activation.NONE);
    }

    private Value toTokens(Scope scope, Value q) {
        TokenKeys.Pair memory = tokens.of(scope);
        Shape s = q.shape();
        int batch = memory.keys().shape().at(0);
        return attention(q.reshape(batch, s.at(0) / batch * s.at(1), s.at(2)), memory.keys(), memory.values()).reshape(s.toArray());
    }

    private Value toItself(Scope scope, Value q, Value normed) {
        int width = config.width();
        Value kv = scope.affine("kv", normed, 2 * width, null, Activation.NONE);
        return attention(q, placed(kv.slice(2, 0, width)), kv.slice(2, width, 2 * width));
    }

    /** Keys and values of tokens for one layer, from their vectors [batch, tokens, width]. */
    TokenKeys.Pair keys(Scope cross, Value vectors) {
        int width = config.width(), count = vectors.shape().at(1);
        Value kv = cross.affine("kv", vectors, 2 * width, null, Activation.NONE), k = kv.slice(2, 0, width);
        if (config.crossRotary()) {
            Value table = cross.graph().constant(SegmentPositions.tokens(count, semantic.framesPerToken(), config.segment(), width / config.heads()));
            k = cross.graph().add(new Rotary(k, table, null, config.heads(), false));
        }
        return new TokenKeys.Pair(k, kv.slice(2, width, 2 * width));
    }

    private Value placed(Value x) {
        return config.crossRotary() ? turned(x) : x;
    }

    /** Turned to the positions of the segments. */
    private Value turned(Value x) {
        Graph g = x.graph();
        Value table = g.constant(SegmentPositions.segments(x.shape().at(1), config.width() / config.heads()));
        return g.add(new Rotary(x, table, null, config.heads(), false));
    }

    private Value attention(Value q, Value k, Value v) {
        double scale = 1 / Math.sqrt((double) config.width() / config.heads());
        return q.graph().add(new Attention(q, k, v, config.heads(), scale, false, null, null));
    }

    /** {@code act(norm(x)·Wᵀ + bias)} with the norm of this place. */
    private static Value linearOfNorm(Scope scope, String name, Value x, int outputs, Activation activation) {
        int channels = x.shape().last();
        Scope own = scope.at(name);
        return scope.graph().add(new NormedLinear(AdaptiveNorm.Kind.ROOT_MEAN_SQUARE, x, scope.weight("norm", channels), null, Denoiser.EPSILON,
                own.weight("weight", outputs, channels), own.weight("bias", outputs), activation));
    }
}
