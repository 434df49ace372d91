package io.vivace.model.t5;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Activation;
import io.vivace.graph.Attention;
import io.vivace.graph.DType;
import io.vivace.graph.Gated;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.nn.HiddenRows;
import io.vivace.nn.Programs;
import io.vivace.nn.Rows;
import io.vivace.nn.Scope;
import io.vivace.weights.Weights;

/** T5's encoder: token ids in, one state a token out. arXiv 1910.10683 §2.1; the gated form is arXiv 2002.05202. */
public final class T5Encoder implements AutoCloseable {
    /** Of the names of the weights, where a model has one encoder. */
    public static final String PREFIX = "text.";
    private static final int PROGRAMS = 4;

    /** @param hidden whether the mask hides all of some row */
    private record Size(int batch, int tokens, boolean hidden) {}

    private final T5Config config;
    private final Backend.Session session;
    private final Programs<Size> programs;

    public T5Encoder(T5Config config, Backend backend, Weights weights) {
        this(config, PREFIX, backend, weights);
    }

    /** @param prefix of the names of the encoder's weights, where a model has more than one */
    public T5Encoder(T5Config config, String prefix, Backend backend, Weights weights) {
        this.config = config;
        this.session = backend.open(weights);
        this.programs = new Programs<>(session, PROGRAMS, size -> graph(config, prefix, size.batch, size.tokens, size.hidden));
    }

    /**
     * Encodes rows of equal length. One network evaluation.
     *
     * @param ids  [batch][tokens]
     * @param mask [batch][tokens], 0 for padding, else 1
     * @return states [batch, tokens, model], those at padding included
     * @throws io.vivace.BadRequest if lengths differ or an id is outside the vocabulary
     */
    public Tensor encode(int[][] ids, int[][] mask) {
        Tensor tokens = Rows.tensor("token ids", ids, config.vocab());
        boolean hidden = HiddenRows.any(mask);
        Program program = programs.get(new Size(tokens.shape().at(0), tokens.shape().at(1), hidden));
        program.set("ids", tokens).set("mask", Rows.tensor("mask values", mask, 2));
        if (hidden) program.set("hidden", HiddenRows.flags(mask));
        program.run();
        return program.get("states");
    }

    /** Bytes of inputs and intermediate values for a batch, beside the weights. */
    public static long bytes(T5Config config, int batch, int tokens) {
        return MemoryPlan.of(graph(config, batch, tokens)).bytes();
    }

    /** Inputs ids and mask, int32 [batch, tokens]; output states [batch, tokens, model]. */
    static Graph graph(T5Config config, int batch, int tokens) {
        return graph(config, PREFIX, batch, tokens, false);
    }

    private static Graph graph(T5Config config, String prefix, int batch, int tokens, boolean someHidden) {
        Graph g = Graph.named("t5");
        Scope text = new Scope(g, prefix);
        Value mask = g.input("mask", DType.INT32, batch, tokens), hidden = someHidden ? g.input("hidden", DType.FLOAT32, batch, 1, 1) : null;
        Value x = g.add(new Gather(text.weight("embedding", config.vocab(), config.model()), g.input("ids", DType.INT32, batch, tokens)));
        Value bias = relativeBias(text, config, tokens);
        for (int i = 0; i < config.layers(); i++) {
            Scope layer = text.at("layers").at(i);
            x = selfAttention(layer.at("attention"), config, x, mask, bias, hidden);
            x = feedForward(layer.at("feed_forward"), config, x);
        }
        g.output("states", text.rmsNorm("norm", x, config.epsilon()));
        return g;
    }

    /** One number for every head and bucket of distances, shared by all layers: [heads, tokens, tokens]. */
    private static Value relativeBias(Scope text, T5Config config, int tokens) {
        int[] buckets = RelativePositions.buckets(tokens, config.buckets(), config.maxDistance());
        Value table = text.weight("relative_bias", config.buckets(), config.heads());
        Value bias = text.graph().add(new Gather(table, text.graph().constant(Tensor.of(Shape.of(tokens, tokens), buckets))));
        return bias.transpose(2, 0, 1);
    }

    private static Value selfAttention(Scope scope, T5Config config, Value x, Value mask, Value bias, Value hidden) {
        int width = config.attention();
        Value qkv = scope.linear("qkv", scope.rmsNorm("norm", x, config.epsilon()), 3 * width, null, Activation.NONE);
        Value q = qkv.slice(-1, 0, width), k = qkv.slice(-1, width, 2 * width), v = qkv.slice(-1, 2 * width, 3 * width);
        // The square root of the head size is part of the trained weights.
        Value mixed = scope.graph().add(new Attention(q, k, v, config.heads(), 1, false, mask, bias));
        return scope.linear("out", HiddenRows.mean(mixed, v, hidden), config.model(), x, Activation.NONE);
    }

    private static Value feedForward(Scope scope, T5Config config, Value x) {
        Value normed = scope.rmsNorm("norm", x, config.epsilon());
        Value inner;
        if (config.gated()) {
            inner = scope.graph().add(new Gated(scope.linear("in", normed, 2 * config.feedForward(), null, Activation.NONE),
                    config.activation()));
        } else {
            inner = scope.linear("in", normed, config.feedForward(), null, config.activation());
        }
        return scope.linear("out", inner, config.model(), x, Activation.NONE);
    }

    @Override
    public void close() {
        session.close();
    }
}
