package io.vivace.model.nano;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.graph.Activation;
import io.vivace.graph.CachedAttention;
import io.vivace.graph.EmbeddingSum;
import io.vivace.graph.Graph;
import io.vivace.graph.Rotary;
import io.vivace.graph.SampleTokens;
import io.vivace.graph.Sampling;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.nano.NanoConfig.Lm;
import io.vivace.nn.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The language model of bars (training/nano/networks.py, BarLm): the backbone reads the bars so far, and a chain of links, one a token, draws the next bar's
 * tokens step by step, harmony before melody.
 */
final class BarGraph {
    /** Inputs. What a piece will be, int32 [batch, fields]; the bars before those that are written, [batch, taken, streams, steps]; their numbers, [1, taken]. */
    static final String SHEET = "sheet", BEFORE = "before", NUMBER = "number";
    /** Inputs. Bars that follow, [batch, taken]; what stood there some bars ago, [batch, steps, streams, back]; a bar to be scored, [batch, tokens]. */
    static final String AHEAD = "ahead", EARLIER = "earlier", TOLD = "told";
    /** States: place in the window, number of the next draw, as in {@link SampleTokens} how and with which keys. */
    static final String POSITION = "position", DRAW = "draw", SETTINGS = "settings", KEYS = "keys";
    /** Outputs: tokens of the bar, int32 [batch, tokens]; scores of each stream's, [batch, steps, codes]. */
    static final String BAR = "bar";
    static final List<String> LOGITS = List.of("logits.0", "logits.1");
    static final int STREAMS = 2;

    private final NanoConfig config;
    private final Lm lm;
    private final int batch;

    BarGraph(NanoConfig config, int batch) {
        this.config = config;
        this.lm = config.lm();
        this.batch = batch;
    }

    /**
     * One pass, which writes a bar.
     *
     * @param taken bars that the backbone reads, of which it has seen none
     * @param steps of the bar
     */
    Graph write(int taken, int steps) {
        Graph g = Graph.named("nano.lm, " + taken + " bars");
        Scope scope = new Scope(g, "lm.");
        Value draw = g.state(DRAW, INT32, 1), settings = g.state(SETTINGS, FLOAT32, batch, Sampling.SETTINGS), keys = g.state(KEYS, INT32, batch, 3);
        Value c = backbone(scope, taken), previous = null;
        List<Value> inputs = inputs(scope), drawn = new ArrayList<>();
        for (int j = 0; j < STREAMS * steps; j++) {
            c = link(scope, inputs, j, c, previous);
            int stream = j % STREAMS, used = stream == 0 ? config.harmony().size() : config.codes().get(1);
            previous = g.add(new SampleTokens(Layers.scores(scope, "heads." + stream, c, config.codes().get(stream), used), settings, keys, draw));
            g.add(new Stepwise.Advance(draw, 1));
            drawn.add(previous);
        }
        g.output(BAR, g.concat(1, drawn.toArray(Value[]::new)));
        return g;
    }

    /** One pass that scores the tokens of a bar that is told, each behind those before it. */
    Graph score(int taken) {
        Graph g = Graph.named("nano.lm scores");
        Scope scope = new Scope(g, "lm.");
        Value told = g.input(TOLD, INT32, batch, STREAMS * NanoConfig.STEPS), c = backbone(scope, taken);
        List<Value> inputs = inputs(scope);
        List<List<Value>> scores = List.of(new ArrayList<>(), new ArrayList<>());
        for (int j = 0; j < STREAMS * NanoConfig.STEPS; j++) {
            c = link(scope, inputs, j, c, j == 0 ? null : told.slice(1, j - 1, j));
            int stream = j % STREAMS, codes = config.codes().get(stream);
            scores.get(stream).add(Layers.scores(scope, "heads." + stream, c, codes, codes));
        }
        for (int stream = 0; stream < STREAMS; stream++) g.output(LOGITS.get(stream), g.concat(1, scores.get(stream).toArray(Value[]::new)));
        return g;
    }

    /** The state that the chain starts from, [batch, cell]. */
    private Value backbone(Scope scope, int taken) {
        Graph g = scope.graph();
        Value h = read(scope, taken), position = g.state(POSITION, INT32, 1), angles = Layers.angles(g, lm.bars(), lm.width() / lm.heads());
        for (int i = 0; i < lm.layers(); i++) {
            h = Layers.layer(scope.at("layers").at(i), h, lm.hidden(), (layer, qkv) -> mix(layer, qkv, angles, position));
        }
        g.add(new Stepwise.Advance(position, taken));
        Value last = h.slice(1, taken - 1, taken).reshape(batch, lm.width());
        return Layers.affineOfNorm(scope, "start", "norm.weight", last, lm.cell(), Activation.TANH);
    }

    /** What the backbone reads: [batch, taken, width]. */
    private Value read(Scope scope, int taken) {
        Graph g = scope.graph();
        Value sheet = g.input(SHEET, INT32, batch, Sheet.FIELDS.size()), before = g.input(BEFORE, INT32, batch, taken, STREAMS, NanoConfig.STEPS);
        Value[] fields = new Value[Sheet.FIELDS.size()], tokens = new Value[STREAMS];
        for (int i = 0; i < fields.length; i++) {
            Value table = scope.weight("fields." + Sheet.FIELDS.get(i) + ".weight", config.fields().get(i), lm.field());
            fields[i] = Layers.look(table, sheet.slice(1, i, i + 1));
        }
        for (int s = 0; s < STREAMS; s++) {
            Value table = scope.weight("bar_tokens." + s + ".weight", config.codes().get(s) + 1, lm.field());
            tokens[s] = Layers.look(table, before.slice(2, s, s + 1).reshape(batch, taken, NanoConfig.STEPS));
        }
        Value number = Layers.look(scope.weight("from_start.weight", lm.fromStart(), lm.width()), g.input(NUMBER, INT32, 1, taken));
        Value ahead = Layers.look(scope.weight("to_end.weight", lm.toEnd(), lm.width()), g.input(AHEAD, INT32, batch, taken));
        Value bars = g.concat(3, tokens).reshape(batch, taken, STREAMS * NanoConfig.STEPS * lm.field());
        return scope.affine("bar", bars, lm.width(), null, Activation.NONE)
                .plus(scope.affine("plan", g.concat(2, fields), lm.width(), null, Activation.NONE)).plus(number).plus(ahead);
    }

    private Value mix(Scope layer, Value qkv, Value angles, Value position) {
        Graph g = layer.graph();
        int width = lm.width(), heads = lm.heads();
        Value turned = g.add(new Rotary(qkv.slice(2, 0, 2 * width), angles, position, 2 * heads, false));
        Value keys = g.state(layer.prefix() + "keys", FLOAT32, batch, lm.bars(), width);
        Value values = g.state(layer.prefix() + "values", FLOAT32, batch, lm.bars(), width);
        return g.add(new CachedAttention(turned.slice(2, 0, width), turned.slice(2, width, 2 * width), qkv.slice(2, 2 * width, 3 * width), keys, values,
                position, heads, 1 / Math.sqrt((double) width / heads)));
    }

    /** What enters the links beside the token before: their places, and what stood there some bars ago; one [batch, link] each. */
    private List<Value> inputs(Scope scope) {
        Graph g = scope.graph();
        int back = lm.back().size(), steps = NanoConfig.STEPS;
        Value earlier = g.input(EARLIER, INT32, batch, steps, STREAMS, back), places = scope.weight("position", STREAMS * steps, lm.link());
        List<Value> sums = new ArrayList<>(), inputs = new ArrayList<>();
        for (int s = 0; s < STREAMS; s++) {
            int stream = s;
            List<Value> tables = IntStream.range(0, back)
                    .mapToObj(k -> scope.weight("earlier." + k + "." + stream + ".weight", config.codes().get(stream) + 1, lm.link())).toList();
            sums.add(g.add(new EmbeddingSum(tables, earlier.slice(2, s, s + 1).reshape(batch, steps, back))));
        }
        for (int j = 0; j < STREAMS * steps; j++) {
            Value place = Layers.look(places, g.constant(Tensor.of(Shape.of(1), j)));
            inputs.add(sums.get(j % STREAMS).slice(1, j / STREAMS, j / STREAMS + 1).reshape(batch, lm.link()).plus(place));
        }
        return inputs;
    }

    /** @param previous the token before, int32 [batch, 1]; null in front of the first */
    private Value link(Scope scope, List<Value> inputs, int j, Value c, Value previous) {
        Value x = inputs.get(j);
        if (previous != null) {
            int stream = (j - 1) % STREAMS;
            Value table = scope.weight("tokens." + stream + ".weight", config.codes().get(stream), lm.link());
            x = x.plus(Layers.look(table, previous).reshape(batch, lm.link()));
        }
        return Layers.cell(scope, x, c);
    }
}
