package io.vivace.model.bert;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.nn.Programs;
import io.vivace.nn.Rows;
import io.vivace.nn.Scope;
import io.vivace.weights.Weights;

/** BERT: token ids in, one state a token and one for all out. arXiv 1810.04805. */
public final class BertEncoder implements AutoCloseable {
    private static final int PROGRAMS = 4;

    /**
     * @param states [batch, tokens, hidden], those at padding included
     * @param pooled [batch, hidden]
     */
    public record Encoding(Tensor states, Tensor pooled) {}

    private final BertConfig config;
    private final Backend.Session session;
    private final Programs<Shape> programs;

    public BertEncoder(BertConfig config, Backend backend, Weights weights) {
        this.config = config;
        this.session = backend.open(weights);
        this.programs = new Programs<>(session, PROGRAMS, shape -> graph(config, shape));
    }

    /**
     * Encodes rows of equal length. One network evaluation.
     *
     * @param ids  [batch][tokens]
     * @param mask [batch][tokens], 0 for padding, else 1
     * @throws io.vivace.BadRequest if lengths differ, rows are too long, or an id is outside the vocabulary
     */
    public Encoding encode(int[][] ids, int[][] mask) {
        Tensor tokens = Rows.tensor("token ids", ids, config.vocab());
        int[][] positions = new int[ids.length][ids[0].length];
        for (int[] row : positions) {
            for (int i = 0; i < row.length; i++) row[i] = i;
        }
        Program program = programs.get(tokens.shape());
        program.set("ids", tokens).set("mask", Rows.tensor("mask values", mask, 2));
        program.set("positions", Rows.tensor("token positions", positions, config.positions())).run();
        return new Encoding(program.get("states"), program.get("pooled"));
    }

    private static Graph graph(BertConfig config, Shape ids) {
        Graph g = Graph.named("bert");
        Scope text = new Scope(g, "text.");
        var states = g.output("states", BertGraph.states(text, config, ids.at(0), ids.at(1), null));
        g.output("pooled", BertGraph.pooled(text, config, states));
        return g;
    }

    @Override
    public void close() {
        session.close();
    }
}
