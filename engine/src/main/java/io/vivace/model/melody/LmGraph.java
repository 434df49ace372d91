package io.vivace.model.melody;

import static io.vivace.graph.DType.FLOAT32;

import io.vivace.draft.Draft;
import io.vivace.draft.Speculator;
import io.vivace.graph.Activation;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.DType;
import io.vivace.graph.Gated;
import io.vivace.graph.Graph;
import io.vivace.graph.Rotary;
import io.vivace.graph.SampleTokens;
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
 * MeLoDy's semantic language model, arXiv 2305.15719 §4.1: a LLaMA (arXiv 2302.13971) whose sequence is the prompt's tokens, then the semantic ones.
 * Everything that changes from step to step is a state: tokens, keys and values, position, settings.
 */
final class LmGraph {
    /** Name of the state that holds the rotary angles, and of the one that holds the frames that the caches have. */
    static final String ANGLES = "angles", POSITION = "position";

    /**
     * The shapes of one run.
     *
     * @param batch   clips
     * @param columns tokens that fit, those of the prompt included
     */
    record Layout(int batch, int columns) {}

    private final LmConfig config;
    private final int vocabulary, tokens;
    private final Layout layout;

    LmGraph(MelodyConfig config, Layout layout) {
        this.config = config.lm();
        vocabulary = config.vocabulary();
        tokens = config.semantic().tokens();
        this.layout = layout;
    }

    /** Further heads that passes draw from: those of the checkpoint, where the drafts are theirs. */
    static int heads(MelodyConfig config, Draft draft) {
        return draft != null && draft.readsHeads() ? config.lm().headsAhead() : 0;
    }

    /**
     * Takes tokens from the token state, and draws one behind each of the last ones. Outputs: "tokens" int32 [batch, draws, 1], what was drawn; with heads
     * ahead, "ahead" int32 [batch, draws, heads], what these drew for the tokens after it.
     *
     * @param taken     tokens that the pass takes
     * @param draws     of them, those that one is drawn behind
     * @param headsAhead further heads to draw from
     */
    Graph step(int taken, int draws, int headsAhead) {
        Graph g = Graph.named("melody.lm of " + taken + " tokens");
        TokenColumns columns = columns(g);
        Value h = decode(columns, taken).slice(1, taken - draws, taken);
        Value logits = head(g, "head", h);
        List<Value> ahead = new ArrayList<>();
        for (int k = 0; k < headsAhead; k++) ahead.add(head(g, "heads_ahead." + k, h));
        g.output(Speculator.DRAWN, columns.draw(logits.reshape(layout.batch, draws, 1, tokens), taken));
        if (headsAhead > 0) g.output(Speculator.AHEAD, drawAhead(columns, ahead, draws));
        return g;
    }

    /** Scores of the next token behind each of the tokens taken: "logits" [batch, taken, semantic tokens]. */
    Graph logits(int taken) {
        Graph g = Graph.named("melody.lm logits of " + taken + " tokens");
        TokenColumns columns = columns(g);
        g.output("logits", head(g, "head", decode(columns, taken)));
        g.add(new Stepwise.Advance(columns.column(), taken));
        return g;
    }

    private TokenColumns columns(Graph g) {
        return new TokenColumns(g, layout.batch, layout.columns, 1);
    }

    private Value decode(TokenColumns columns, int taken) {
        Graph g = columns.graph();
        Scope lm = new Scope(g, "lm.");
        Value table = lm.weight("embedding", vocabulary, config.hidden()), position = g.state(POSITION, DType.INT32, 1);
        Value h = g.add(new TokenEmbedding(List.of(table), columns.tokens(), columns.column(), taken, 1, null, null));
        Value angles = g.state(ANGLES, FLOAT32, layout.columns, config.hidden() / config.heads());
        for (int i = 0; i < config.layers(); i++) {
            Scope layer = lm.at("layers").at(i);
            h = feedForward(layer.at("feed_forward"), attention(layer.at("self"), h, angles, position));
        }
        g.add(new Stepwise.Advance(position, taken));
        return h;
    }

    private Value attention(Scope scope, Value h, Value angles, Value position) {
        Graph g = scope.graph();
        int hidden = config.hidden(), heads = config.heads();
        Value qkv = scope.linearOfRmsNorm("qkv", "norm", h, config.epsilon(), 3 * hidden);
        Value turned = g.add(new Rotary(qkv.slice(2, 0, 2 * hidden), angles, position, 2 * heads, false));
        Value keys = g.state(scope.prefix() + "keys", FLOAT32, layout.batch, layout.columns, hidden);
        Value values = g.state(scope.prefix() + "values", FLOAT32, layout.batch, layout.columns, hidden);
        Value mixed = g.add(new CachedAttention(turned.slice(2, 0, hidden), turned.slice(2, hidden, 2 * hidden), qkv.slice(2, 2 * hidden, 3 * hidden), keys,
                values, position, heads, 1 / Math.sqrt((double) hidden / heads)));
        return scope.linear("out", mixed, hidden, h, Activation.NONE);
    }

    private Value feedForward(Scope scope, Value h) {
        Value both = scope.linearOfRmsNorm("in", "norm", h, config.epsilon(), 2 * config.feedForward());
        return scope.linear("out", scope.graph().add(new Gated(both, Activation.SILU)), config.hidden(), h, Activation.NONE);
    }

    /** The last norm and a head: [batch, taken, semantic tokens]. */
    private Value head(Graph g, String name, Value h) {
        return new Scope(g, "lm.").linearOfRmsNorm(name, "norm", h, config.epsilon(), tokens);
    }

    /** Head k behind a token draws with the random numbers that the token k + 2 behind it will be drawn with. Draws are counted up to the last one already. */
    private Value drawAhead(TokenColumns columns, List<Value> logits, int draws) {
        Graph g = columns.graph();
        List<Value> drawn = new ArrayList<>();
        int at = draws;
        for (int i = 0; i < draws; i++) {
            for (int k = 0; k < logits.size(); k++) {
                int own = i + 1 + k;
                g.add(new Stepwise.Advance(columns.draws(), own - at));
                Value row = logits.get(k).slice(1, i, i + 1);
                drawn.add(g.add(new SampleTokens(row, columns.settings(), columns.keys(), columns.draws())));
                at = own;
            }
        }
        g.add(new Stepwise.Advance(columns.draws(), draws - at));
        return g.concat(1, drawn.toArray(Value[]::new)).reshape(layout.batch, draws, logits.size());
    }

    /** What the state "angles" must hold: cosines, then sines of position / theta^(2i / size), in float32 like the original. */
    static Tensor angles(LmConfig config, int positions) {
        int size = config.hidden() / config.heads(), half = size / 2;
        var table = new float[positions * size];
        for (int i = 0; i < half; i++) {
            float frequency = (float) (1 / Math.pow(config.ropeTheta(), 2.0 * i / size));
            for (int p = 0; p < positions; p++) {
                float angle = p * frequency;
                table[p * size + i] = (float) Math.cos(angle);
                table[p * size + half + i] = (float) Math.sin(angle);
            }
        }
        return Tensor.of(Shape.of(positions, size), table);
    }
}
