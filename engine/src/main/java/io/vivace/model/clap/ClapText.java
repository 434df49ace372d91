package io.vivace.model.clap;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Arithmetic.Unary;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.bert.BertGraph;
import io.vivace.nn.HiddenRows;
import io.vivace.nn.Programs;
import io.vivace.nn.Rows;
import io.vivace.nn.Scope;
import io.vivace.weights.Weights;

/** CLAP's text tower: token ids in, one embedding of the space that text and audio share out. arXiv 2211.06687 §3. */
public final class ClapText implements AutoCloseable {
    private static final int PROGRAMS = 4;

    /** Keeps an embedding of nothing but zeros from being divided by 0. */
    private static final double SQUARED_LENGTH_FLOOR = 1e-24;

    /**
     * @param states    [batch, tokens, hidden], those at padding included
     * @param pooled    [batch, hidden]
     * @param embedding [batch, projection]
     */
    public record Encoding(Tensor states, Tensor pooled, Tensor embedding) {}

    /** @param hidden whether the mask hides all of some row */
    private record Size(Shape ids, boolean hidden) {}

    private final ClapConfig config;
    private final Backend.Session session;
    private final Programs<Size> programs;

    public ClapText(ClapConfig config, Backend backend, Weights weights) {
        this.config = config;
        this.session = backend.open(weights);
        this.programs = new Programs<>(session, PROGRAMS, size -> graph(config, size.ids, size.hidden));
    }

    /**
     * Encodes rows of equal length. One network evaluation.
     *
     * @param ids  [batch][tokens]
     * @param mask [batch][tokens], 0 for padding, else 1
     * @throws io.vivace.BadRequest if lengths differ, rows are too long, or an id is outside the vocabulary
     */
    public Encoding encode(int[][] ids, int[][] mask) {
        Tensor tokens = Rows.tensor("token ids", ids, config.encoder().vocab());
        boolean hidden = HiddenRows.any(mask);
        Program program = programs.get(new Size(tokens.shape(), hidden));
        if (hidden) program.set("hidden", HiddenRows.flags(mask));
        program.set("ids", tokens).set("mask", Rows.tensor("mask values", mask, 2));
        program.set("positions", Rows.tensor("token positions", positions(ids), config.encoder().positions())).run();
        return new Encoding(program.get("states"), program.get("pooled"), program.get("embedding"));
    }

    /** Bytes that the program of a row of tokens takes, beside the weights. */
    public static long bytes(ClapConfig config, int tokens) {
        return MemoryPlan.of(graph(config, Shape.of(1, tokens), false)).bytes();
    }

    /** RoBERTa's positions: padding, known by its id, stands at its own id; the others are counted from the next one on. */
    private int[][] positions(int[][] ids) {
        int pad = config.encoder().pad();
        int[][] positions = new int[ids.length][ids[0].length];
        for (int row = 0; row < ids.length; row++) {
            int next = pad + 1;
            for (int i = 0; i < positions[row].length; i++) positions[row][i] = ids[row][i] == pad ? pad : next++;
        }
        return positions;
    }

    private static Graph graph(ClapConfig config, Shape ids, boolean someHidden) {
        Graph g = Graph.named("clap.text");
        Scope text = new Scope(g, "text."), projection = text.at("projection");
        Value hidden = someHidden ? g.input("hidden", DType.FLOAT32, ids.at(0), 1, 1) : null;
        Value states = g.output("states", BertGraph.states(text, config.encoder(), ids.at(0), ids.at(1), hidden));
        Value pooled = g.output("pooled", BertGraph.pooled(text, config.encoder(), states));
        Value inner = projection.affine("in", pooled, config.projection(), null, config.projectionActivation());
        Value embedding = projection.affine("out", inner, config.projection(), null, Activation.NONE);
        g.output("embedding", config.normalized() ? normalized(embedding) : embedding);
        return g;
    }

    private static Value normalized(Value x) {
        Value squaredLength = x.times(x).reduce(Reduce.Kind.SUM, -1);
        return x.times(squaredLength.affine(1, SQUARED_LENGTH_FLOOR).apply(Unary.Kind.RECIPROCAL_ROOT));
    }

    @Override
    public void close() {
        session.close();
    }
}
