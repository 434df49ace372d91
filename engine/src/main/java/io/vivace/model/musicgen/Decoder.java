package io.vivace.model.musicgen;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.graph.Activation;
import io.vivace.graph.Attention;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.Graph;
import io.vivace.graph.Guide;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.TokenEmbedding;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;
import io.vivace.nn.TokenColumns;
import java.util.ArrayList;
import java.util.List;

/**
 * MusicGen's decoder, arXiv 2306.05284 §2: columns of delayed codes in, the next column out. Conditions are cross-attended to, or stand
 * before the codes (the melody models). Everything that changes from step to step is a state: tokens, keys and values, positions, settings.
 * With guidance the conditional rows come first and the null rows after them, in one batch.
 */
final class Decoder {
    private static final double EPSILON = 1e-5;

    /**
     * The shapes of one run.
     *
     * @param batch   clips
     * @param guided  whether every clip has a null row too
     * @param text    text tokens to attend to, 0: none
     * @param prefix  frames of conditions that stand before the codes
     * @param columns columns of codes that fit
     */
    record Layout(int batch, boolean guided, int text, int prefix, int columns) {
        int rows() {
            return guided ? 2 * batch : batch;
        }

        int capacity() {
            return prefix + columns;
        }
    }

    private final DecoderConfig config;
    private final Layout layout;

    Decoder(DecoderConfig config, Layout layout) {
        this.config = config;
        this.layout = layout;
    }

    /**
     * Takes {@code frames} columns from the token state and writes one behind each of the last {@code draws} of them. Outputs: "tokens"
     * [batch, draws, codebooks], what was written; "logits" [batch, codebooks, vocabulary] of the last one, after guidance.
     *
     * @param opening whether this is a window's first pass, which takes the prefix too
     */
    Graph step(int frames, int draws, boolean opening) {
        Graph g = Graph.named("musicgen.decoder of " + frames + " columns");
        TokenColumns columns = columns(g);
        Value h = decode(g, embedded(columns, frames, opening));
        Value logits = guided(g, heads(g, h.slice(1, h.shape().at(1) - draws, h.shape().at(1))));
        g.output("tokens", columns.draw(logits, frames));
        g.output("logits", logits.slice(1, draws - 1, draws).reshape(layout.batch, config.codebooks(), config.vocabulary()));
        return g;
    }

    /** Takes {@code frames} known columns, so that later passes see them. */
    Graph fill(int frames, boolean opening) {
        Graph g = Graph.named("musicgen.decoder fill of " + frames + " columns");
        TokenColumns columns = columns(g);
        decode(g, embedded(columns, frames, opening));
        g.add(new Stepwise.Advance(columns.column(), frames));
        return g;
    }

    /**
     * The next columns of the token state, without drawing: "logits" [rows, frames, codebooks, vocabulary] of every frame, those of the
     * prefix included when {@code opening}.
     */
    Graph logits(int frames, boolean opening) {
        Graph g = Graph.named("musicgen.logits of " + frames + " columns");
        TokenColumns columns = columns(g);
        Value h = decode(g, embedded(columns, frames, opening));
        g.add(new Stepwise.Advance(columns.column(), frames));
        g.output("logits", heads(g, h));
        return g;
    }

    /** Sum of the codebooks' embeddings, behind the prefix if this pass opens a window, plus positions: [rows, frames, hidden]. */
    private Value embedded(TokenColumns columns, int frames, boolean opening) {
        Graph g = columns.graph();
        Value tokens = columns.tokens(), column = columns.column();
        List<Value> tables = new ArrayList<>();
        for (int k = 0; k < config.codebooks(); k++) {
            tables.add(g.weight("decoder.embedding." + k, config.vocabulary() + 1, config.hidden()));
        }
        int copies = layout.guided ? 2 : 1;
        Value positions = g.state("sinusoids", FLOAT32, layout.capacity(), config.hidden());
        if (!opening || layout.prefix == 0) return g.add(new TokenEmbedding(tables, tokens, column, frames, copies, positions, position(g)));
        Value prefix = g.state("prefix", FLOAT32, layout.rows(), layout.prefix, config.hidden());
        Value h = g.concat(1, prefix, g.add(new TokenEmbedding(tables, tokens, column, frames, copies, null, null)));
        return h.plus(g.add(new Stepwise.Window(positions, 0, position(g), h.shape().at(1))));
    }

    private Value decode(Graph g, Value embedded) {
        Scope decoder = new Scope(g, "decoder.");
        Value h = embedded;
        for (int i = 0; i < config.layers(); i++) {
            Scope layer = decoder.at("layers").at(i);
            h = selfAttention(layer.at("self"), h);
            if (layout.text > 0) h = withText(layer.at("cross"), h);
            h = feedForward(layer.at("feed_forward"), h);
        }
        g.add(new Stepwise.Advance(position(g), h.shape().at(1)));
        return h;
    }

    private Value selfAttention(Scope scope, Value h) {
        Graph g = scope.graph();
        int hidden = config.hidden();
        Value qkv = scope.linearOfNorm("qkv", "norm", h, EPSILON, 3 * hidden, Activation.NONE);
        Value keys = g.state(scope.prefix() + "keys", FLOAT32, layout.rows(), layout.capacity(), hidden);
        Value values = g.state(scope.prefix() + "values", FLOAT32, layout.rows(), layout.capacity(), hidden);
        Value q = qkv.slice(2, 0, hidden), k = qkv.slice(2, hidden, 2 * hidden), v = qkv.slice(2, 2 * hidden, 3 * hidden);
        Value mixed = g.add(new CachedAttention(q, k, v, keys, values, position(g), config.heads(), scale()));
        return scope.linear("out", mixed, hidden, h, Activation.NONE);
    }

    /** Cross-attention of the conditional rows. It would add exactly 0 to the null rows, whose keys and values are 0: they pass by. */
    private Value withText(Scope scope, Value h) {
        if (!layout.guided) return crossAttention(scope, h);
        Value conditional = crossAttention(scope, h.slice(0, 0, layout.batch));
        return scope.graph().concat(0, conditional, h.slice(0, layout.batch, layout.rows()));
    }

    private Value crossAttention(Scope scope, Value h) {
        Graph g = scope.graph();
        Value q = scope.linearOfNorm("q", "norm", h, EPSILON, config.hidden(), Activation.NONE);
        Value keep = g.state("text.keep", INT32, layout.batch, layout.text);
        Value keys = textState(scope, "keys"), values = textState(scope, "values");
        Value mixed = g.add(new Attention(q, keys, values, config.heads(), scale(), false, keep, null));
        return scope.linear("out", mixed, config.hidden(), h, Activation.NONE);
    }

    private Value feedForward(Scope scope, Value h) {
        Value inner = scope.linearOfNorm("in", "norm", h, EPSILON, config.feedForward(), config.activation());
        return scope.linear("out", inner, config.hidden(), h, Activation.NONE);
    }

    /** The last norm and the heads: [rows, frames, hidden] to [rows, frames, codebooks, vocabulary]. */
    private Value heads(Graph g, Value h) {
        Value logits = new Scope(g, "decoder.").linearOfNorm("heads", "norm", h, EPSILON, config.codebooks() * config.vocabulary(), Activation.NONE);
        return logits.reshape(layout.rows(), h.shape().at(1), config.codebooks(), config.vocabulary());
    }

    private Value guided(Graph g, Value logits) {
        return layout.guided ? g.add(new Guide(logits, g.state("guidance", FLOAT32, 1))) : logits;
    }

    private TokenColumns columns(Graph g) {
        return new TokenColumns(g, layout.batch, layout.columns, config.codebooks());
    }

    private Value textState(Scope scope, String name) {
        return scope.graph().state(scope.prefix() + name, FLOAT32, layout.batch, layout.text, config.hidden());
    }

    private static Value position(Graph g) {
        return g.state("position", INT32, 1);
    }

    private double scale() {
        return 1 / Math.sqrt((double) config.hidden() / config.heads());
    }

    /** What the state "sinusoids" must hold: cosines, then sines of position / 10000^(i / (half − 1)), in float32 like the original. */
    Tensor sinusoids() {
        int positions = layout.capacity(), channels = config.hidden(), half = channels / 2;
        var table = new float[positions * channels];
        float rate = (float) (-Math.log(10000) / (half - 1));
        for (int i = 0; i < half; i++) {
            float frequency = (float) Math.exp(i * rate);
            for (int p = 0; p < positions; p++) {
                table[p * channels + i] = (float) Math.cos(p * frequency);
                table[p * channels + half + i] = (float) Math.sin(p * frequency);
            }
        }
        return Tensor.of(Shape.of(positions, channels), table);
    }
}
