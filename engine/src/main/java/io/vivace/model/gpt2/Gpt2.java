package io.vivace.model.gpt2;

import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Activation;
import io.vivace.graph.Attention;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise.Write;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.nn.Rows;
import io.vivace.nn.Scope;
import io.vivace.weights.Weights;
import java.util.Arrays;

/** GPT-2 on embeddings: a state for each, and new ones by feeding states back. Radford et al. 2019; AudioLDM 2, arXiv 2308.05734 §3. */
public final class Gpt2 {
    private final Gpt2Config config;
    private final Backend backend;
    private final Weights weights;

    public Gpt2(Gpt2Config config, Backend backend, Weights weights) {
        this.config = config;
        this.backend = backend;
        this.weights = weights;
    }

    /**
     * One network evaluation. Positions count every column, masked ones too.
     *
     * @param embeddings [batch, columns, hidden]
     * @param mask       [batch][columns], 0 for padding, else 1
     * @return states [batch, columns, hidden], those at padding included
     * @throws BadRequest if there are more columns than the model has positions, or the mask has another shape
     */
    public Tensor states(Tensor embeddings, int[][] mask) {
        int columns = columns(embeddings, 0);
        try (Backend.Session session = backend.open(weights)) {
            Program program = session.compile(prompt(embeddings.shape().at(0), columns, columns));
            program.set("embeddings", embeddings).set("mask", Rows.tensor("mask values", mask, 2)).run();
            return program.get("states");
        }
    }

    /**
     * Feeds the state of the last column back as the next column's embedding. One network evaluation a state.
     *
     * @param embeddings [batch, columns, hidden]
     * @param mask       [batch][columns], 0 for padding, else 1
     * @return the new states [batch, count, hidden]
     * @throws BadRequest as {@link #states}
     */
    public Tensor generate(Tensor embeddings, int[][] mask, int count) {
        int batch = embeddings.shape().at(0), columns = columns(embeddings, count), capacity = columns + count;
        Tensor generated = Tensor.zeros(DType.FLOAT32, Shape.of(batch, count, config.hidden()));
        Tensor keep = Rows.tensor("mask values", Arrays.stream(mask).map(row -> Arrays.copyOf(row, capacity)).toArray(int[][]::new), 2);
        try (Backend.Session session = backend.open(weights)) {
            Program prompt = session.compile(prompt(batch, columns, capacity)), step = session.compile(step(batch, capacity));
            prompt.set("embeddings", embeddings).set("mask", Rows.tensor("mask values", mask, 2)).run();
            Tensor state = lastColumn(prompt.get("states"));
            for (int i = 0; i < count; i++) {
                put(state, generated, i);
                if (i + 1 == count) break;
                for (int row = 0; row < batch; row++) keep.ints()[row * capacity + columns + i] = 1;
                step.set("embeddings", state).set("mask", keep).set("position", Tensor.of(Shape.of(1), columns + i)).run();
                state = step.get("states");
            }
        }
        return generated;
    }

    /** All columns at once; leaves their keys and values behind. */
    private Graph prompt(int batch, int columns, int capacity) {
        Graph g = Graph.named("gpt2.prompt");
        Scope text = new Scope(g, "text.");
        Value mask = g.input("mask", DType.INT32, batch, columns), start = g.constant(Tensor.of(Shape.of(1), 0));
        Value places = text.weight("position", config.positions(), config.hidden()).slice(0, 0, columns);
        Value x = g.input("embeddings", DType.FLOAT32, batch, columns, config.hidden()).plus(places);
        for (int i = 0; i < config.layers(); i++) {
            Scope layer = text.at("layers").at(i);
            Value[] qkv = queriesKeysValues(layer, x);
            remember(layer, qkv, start, capacity);
            x = layer(layer, x, g.add(new Attention(qkv[0], qkv[1], qkv[2], config.heads(), scale(), true, mask, null)));
        }
        g.output("states", text.layerNorm("norm", x, config.epsilon()));
        return g;
    }

    /** One more column, which sees all columns before by their keys and values. */
    private Graph step(int batch, int capacity) {
        Graph g = Graph.named("gpt2.step");
        Scope text = new Scope(g, "text.");
        Value mask = g.input("mask", DType.INT32, batch, capacity), position = g.input("position", DType.INT32, 1);
        Value place = g.add(new Gather(text.weight("position", config.positions(), config.hidden()), position.reshape(1, 1)));
        Value x = g.input("embeddings", DType.FLOAT32, batch, 1, config.hidden()).plus(place);
        for (int i = 0; i < config.layers(); i++) {
            Scope layer = text.at("layers").at(i);
            Value[] qkv = queriesKeysValues(layer, x), seen = remember(layer, qkv, position, capacity);
            // Columns that are not there yet are masked, so the attention need not be causal.
            x = layer(layer, x, g.add(new Attention(qkv[0], seen[0], seen[1], config.heads(), scale(), false, mask, null)));
        }
        g.output("states", text.layerNorm("norm", x, config.epsilon()));
        return g;
    }

    private Value[] queriesKeysValues(Scope layer, Value x) {
        int hidden = config.hidden();
        Value qkv = layer.at("attention").affine("qkv", layer.layerNorm("norm1", x, config.epsilon()), 3 * hidden, null, Activation.NONE);
        return new Value[] {qkv.slice(-1, 0, hidden), qkv.slice(-1, hidden, 2 * hidden), qkv.slice(-1, 2 * hidden, 3 * hidden)};
    }

    /** Writes keys and values into their states [batch, capacity, hidden]; returns these. */
    private Value[] remember(Scope layer, Value[] qkv, Value position, int capacity) {
        Graph g = layer.graph();
        Value keys = g.state(layer.prefix() + "keys", DType.FLOAT32, qkv[1].shape().at(0), capacity, config.hidden());
        Value values = g.state(layer.prefix() + "values", DType.FLOAT32, qkv[2].shape().at(0), capacity, config.hidden());
        g.add(new Write(keys, 1, position, qkv[1]));
        g.add(new Write(values, 1, position, qkv[2]));
        return new Value[] {keys, values};
    }

    private Value layer(Scope layer, Value x, Value mixed) {
        Value y = layer.at("attention").affine("out", mixed, config.hidden(), x, Activation.NONE);
        Value normed = layer.layerNorm("norm2", y, config.epsilon());
        Value inner = layer.at("feed_forward").affine("in", normed, config.feedForward(), null, config.activation());
        return layer.at("feed_forward").affine("out", inner, config.hidden(), y, Activation.NONE);
    }

    private double scale() {
        return 1 / Math.sqrt((double) config.hidden() / config.heads());
    }

    private int columns(Tensor embeddings, int more) {
        int columns = embeddings.shape().at(1), needed = columns + Math.max(0, more - 1);
        if (columns == 0 || needed > config.positions()) {
            throw new BadRequest("The sequence has " + needed + " columns, but the model takes 1 to " + config.positions()
                    + "; shorten the prompt.");
        }
        return columns;
    }

    private Tensor lastColumn(Tensor states) {
        int batch = states.shape().at(0), columns = states.shape().at(1), hidden = config.hidden();
        Tensor last = Tensor.zeros(DType.FLOAT32, Shape.of(batch, 1, hidden));
        for (int row = 0; row < batch; row++) {
            System.arraycopy(states.floats(), ((row + 1) * columns - 1) * hidden, last.floats(), row * hidden, hidden);
        }
        return last;
    }

    private void put(Tensor state, Tensor into, int column) {
        int hidden = config.hidden(), columns = into.shape().at(1);
        for (int row = 0; row < state.shape().at(0); row++) {
            System.arraycopy(state.floats(), row * hidden, into.floats(), (row * columns + column) * hidden, hidden);
        }
    }
}
