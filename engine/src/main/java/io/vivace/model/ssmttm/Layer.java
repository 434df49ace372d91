package io.vivace.model.ssmttm;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.draft.Speculator;
import io.vivace.graph.Activation;
import io.vivace.graph.AdaptiveNorm.Kind;
import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Graph;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.ssm.Mixer;
import io.vivace.nn.Scope;

/** The parts of one layer, which a {@link Block} puts in order. Each has its norm before it and its residual around it. */
public final class Layer {
    /** Name of the state that counts the frames that self-attention has seen. */
    static final String POSITION = "position";

    private final Scope scope;
    private final LmConfig config;
    private final int text;
    private final int capacity;
    private final Frames frames;

    /** What a pass takes. */
    enum Frames {
        /** A whole prefix. */
        PREFIX,
        /** The same, of which only the last row goes on behind the layer. */
        LAST_OF_PREFIX,
        /** Columns that are right. */
        GIVEN,
        /** Columns that may turn out to be wrong, so that what remembers them must be able to go back. */
        TRIED
    }

    /** @param capacity frames that self-attention keeps */
    Layer(Scope scope, LmConfig config, int text, int capacity, Frames frames) {
        this.scope = scope;
        this.config = config;
        this.text = text;
        this.capacity = capacity;
        this.frames = frames;
    }

    Value mixer(Value h) {
        Scope own = scope.at("mixer");
        return switch (frames) {
            case PREFIX -> Mixer.together(own, config.mixer(), h, LmConfig.EPSILON, 0);
            case LAST_OF_PREFIX -> Mixer.together(own, config.mixer(), h, LmConfig.EPSILON, h.shape().at(1) - 1);
            case GIVEN -> Mixer.layer(own, config.mixer(), h, LmConfig.EPSILON);
            case TRIED -> Mixer.revocable(own, config.mixer(), h, LmConfig.EPSILON, Speculator.MOST);
        };
    }

    /** Takes the first frames of the last pass, in which frames were tried, again. What self-attention keeps of the others is overwritten by itself. */
    void again(int rows, int frames) {
        Mixer.again(scope.at("mixer"), config.mixer(), rows, Speculator.MOST, frames);
    }

    Value feedForward(Value h) {
        Scope own = scope.at("feed_forward");
        int width = config.feedForward();
        Value inner = normed(own, "in.weight", h, width, own.weight("in.bias", width), Activation.GELU_ERF);
        return own.affine("out", inner, config.hidden(), h, Activation.NONE);
    }

    Value selfAttention(Value h) {
        Scope own = scope.at("self");
        Graph g = scope.graph();
        int hidden = config.hidden(), rows = h.shape().at(0);
        Value qkv = normed(own, "qkv", h, 3 * hidden, null, Activation.NONE);
        Value keys = g.state(own.prefix() + "keys", FLOAT32, rows, capacity, hidden);
        Value values = g.state(own.prefix() + "values", FLOAT32, rows, capacity, hidden);
        Value q = qkv.slice(2, 0, hidden), k = qkv.slice(2, hidden, 2 * hidden), v = qkv.slice(2, 2 * hidden, 3 * hidden);
        Value mixed = g.add(new CachedAttention(q, k, v, keys, values, position(g), config.heads(), scale()));
        return own.affine("out", goingOn(mixed), hidden, goingOn(h), Activation.NONE);
    }

    private Value goingOn(Value x) {
        int count = x.shape().at(1);
        return frames == Frames.LAST_OF_PREFIX ? x.slice(1, count - 1, count) : x;
    }

    /** Keys and values of hidden text are zeros, no more: their scores are 0 and take their share, as in the original. */
    Value crossAttention(Value h) {
        Scope own = scope.at("cross");
        Graph g = scope.graph();
        int hidden = config.hidden();
        Value q = normed(own, "q", h, hidden, null, Activation.NONE);
        Value mixed = g.add(new Attention(q, keys(h.shape().at(0)), values(h.shape().at(0)), config.heads(), scale(), false, null, null));
        return own.affine("out", mixed, hidden, h, Activation.NONE);
    }

    /** What cross-attention will look at: text [rows, text, hidden] under the norm of the tokens, mask [rows, text, 1]. */
    void hear(Value condition, Value mask) {
        Scope own = scope.at("cross");
        Graph g = scope.graph();
        int hidden = config.hidden(), rows = condition.shape().at(0);
        Value both = normed(own, "kv", condition, 2 * hidden, null, Activation.NONE).times(mask);
        Value start = g.constant(Tensor.of(Shape.of(1), 0));
        g.add(new Stepwise.Write(keys(rows), 1, start, both.slice(2, 0, hidden)));
        g.add(new Stepwise.Write(values(rows), 1, start, both.slice(2, hidden, 2 * hidden)));
    }

    /** {@code s·a + (1 − s)·b}, s from both. */
    Value gated(Value a, Value b) {
        Value share = scope.affine("gate", scope.graph().concat(2, a, b), config.hidden(), null, Activation.SIGMOID);
        return b.plus(a.minus(b).times(share));
    }

    /** Frames that self-attention has seen: an int32 [1] state. */
    static Value position(Graph g) {
        return g.state(POSITION, INT32, 1);
    }

    private Value normed(Scope own, String weight, Value x, int outputs, Value bias, Activation activation) {
        int hidden = config.hidden();
        return own.graph().add(new NormedLinear(Kind.ROOT_MEAN_SQUARE, x, own.weight("norm", hidden), null, LmConfig.EPSILON,
                own.weight(weight, outputs, hidden), bias, activation));
    }

    private Value keys(int rows) {
        return scope.graph().state(scope.prefix() + "cross.keys", FLOAT32, rows, text, config.hidden());
    }

    private Value values(int rows) {
        return scope.graph().state(scope.prefix() + "cross.values", FLOAT32, rows, text, config.hidden());
    }

    private double scale() {
        return 1 / Math.sqrt((double) config.hidden() / config.heads());
    }
}
