package io.vivace.model.nano;

import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic.Nearest;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Attention;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Rotary;
import io.vivace.graph.SampleTokens;
import io.vivace.graph.Sampling;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.nano.NanoConfig.Text;
import io.vivace.nn.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The text tower (training/nano/networks.py, TextTower): word pieces to a vector, and a chain that makes the fields of a sheet of it, one a link. */
final class TextGraph {
    /** Inputs: word pieces, int32 [batch, length]; seed and sample, [batch, 3]; fields to be scored, [batch, fields]. */
    static final String IDS = "ids", KEYS = "keys", TOLD = "told";
    /** Outputs: [batch, fields] each, the last as scores above 0 where the text says it. The scores of a field's values bear the field's name. */
    static final String FIELDS = "fields", STATED = "stated", SAID = "said";

    /** Temperature of what the text leaves open: rather what is usual. */
    private static final float OPEN = 0.7f;

    private final NanoConfig config;
    private final Text text;
    private final int batch, length;

    TextGraph(NanoConfig config, int batch, int length) {
        this.config = config;
        this.text = config.text();
        this.batch = batch;
        this.length = length;
    }

    /** Fields that the text states are the likeliest ones; the others are drawn, each with the random number of its place. */
    Graph read() {
        Graph g = Graph.named("nano.text of " + length + " word pieces");
        Scope scope = new Scope(g, "text.");
        Value pooled = encode(scope), said = said(scope, pooled), keys = g.input(KEYS, DType.INT32, batch, 3), c = start(scope, pooled), previous = null;
        Value draw = g.constant(Tensor.of(Shape.of(2, Sampling.SETTINGS), OPEN, 0f, 0f, 0f, 0f, 0f)), signs = g.constant(Tensor.of(Shape.of(2, 1), -1f, 1f));
        List<Value> fields = new ArrayList<>(), stated = new ArrayList<>();
        for (int i = 0; i < Sheet.FIELDS.size(); i++) {
            c = link(scope, i, c, previous);
            Value known = g.add(new Nearest(said.slice(1, i, i + 1), signs)), step = g.constant(Tensor.of(Shape.of(1), i));
            previous = g.add(new SampleTokens(scores(scope, i, c, used(i)), Layers.look(draw, known), keys, step));
            fields.add(previous);
            stated.add(known.reshape(batch, 1));
        }
        g.output(FIELDS, g.concat(1, fields.toArray(Value[]::new)));
        g.output(STATED, g.concat(1, stated.toArray(Value[]::new)));
        return g;
    }

    /** Scores of every field, each behind those before it as they are told. */
    Graph score() {
        Graph g = Graph.named("nano.text scores");
        Scope scope = new Scope(g, "text.");
        Value pooled = encode(scope), told = g.input(TOLD, DType.INT32, batch, Sheet.FIELDS.size()), c = start(scope, pooled);
        g.output(SAID, said(scope, pooled));
        for (int i = 0; i < Sheet.FIELDS.size(); i++) {
            c = link(scope, i, c, i == 0 ? null : told.slice(1, i - 1, i));
            g.output(Sheet.FIELDS.get(i), scores(scope, i, c, config.fields().get(i)));
        }
        return g;
    }

    /** Values of a field that the model has a name for. */
    private int used(int field) {
        return switch (field) {
            case Sheet.STYLE -> config.styles().size();
            case Sheet.MODE -> config.modes().size();
            case Sheet.ENERGY -> config.energies().size();
            case Sheet.KEY, Sheet.TEMPO -> config.fields().get(field);
            default -> config.instruments().size();
        };
    }

    /** The text's vector, [batch, width]. */
    private Value encode(Scope scope) {
        Graph g = scope.graph();
        Value h = Layers.look(scope.weight("embedding.weight", text.words(), text.width()), g.input(IDS, DType.INT32, batch, length));
        Value angles = Layers.angles(g, length, text.width() / text.heads());
        for (int i = 0; i < text.layers(); i++) h = Layers.layer(scope.at("layers").at(i), h, text.hidden(), (_, qkv) -> mix(g, qkv, angles));
        return scope.rmsNorm("norm.weight", h.reduce(Reduce.Kind.MEAN, 1).reshape(batch, text.width()), Layers.EPSILON);
    }

    private Value mix(Graph g, Value qkv, Value angles) {
        int width = text.width(), heads = text.heads();
        Value turned = g.add(new Rotary(qkv.slice(2, 0, 2 * width), angles, null, 2 * heads, false));
        return g.add(new Attention(turned.slice(2, 0, width), turned.slice(2, width, 2 * width), qkv.slice(2, 2 * width, 3 * width), heads,
                1 / Math.sqrt((double) width / heads), false, null, null));
    }

    private Value said(Scope scope, Value pooled) {
        return scope.affine("said", pooled, Sheet.FIELDS.size(), null, Activation.NONE);
    }

    private Value start(Scope scope, Value pooled) {
        return scope.affine("start", pooled, text.cell(), null, Activation.TANH);
    }

    /** @param previous the field before, int32 [batch, 1]; null in front of the first */
    private Value link(Scope scope, int i, Value c, Value previous) {
        Graph g = scope.graph();
        var places = new int[batch];
        Arrays.fill(places, i);
        Value x = Layers.look(scope.weight("position", Sheet.FIELDS.size(), text.link()), g.constant(Tensor.of(Shape.of(batch), places)));
        if (previous != null) {
            Value table = scope.weight("fields." + Sheet.FIELDS.get(i - 1) + ".weight", config.fields().get(i - 1), text.link());
            x = x.plus(Layers.look(table, previous).reshape(batch, text.link()));
        }
        return Layers.cell(scope, x, c);
    }

    private Value scores(Scope scope, int i, Value c, int used) {
        return Layers.scores(scope, "heads." + Sheet.FIELDS.get(i), c, config.fields().get(i), used);
    }
}
