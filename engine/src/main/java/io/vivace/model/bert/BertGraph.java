package io.vivace.model.bert;

import io.vivace.graph.Activation;
import io.vivace.graph.Attention;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.nn.HiddenRows;
import io.vivace.nn.Scope;

/** BERT's encoder as a part of a graph: embeddings, post-norm layers, pooler. arXiv 1810.04805 §3; arXiv 1706.03762 §3. */
public final class BertGraph {
    private BertGraph() {}

    /**
     * Inputs ids, positions and mask, int32 [batch, tokens]; returns states [batch, tokens, hidden].
     *
     * @param hiddenRows flags of {@link HiddenRows}, or null
     */
    public static Value states(Scope text, BertConfig config, int batch, int tokens, Value hiddenRows) {
        Graph g = text.graph();
        Value mask = g.input("mask", DType.INT32, batch, tokens);
        Value word = look(text.weight("word", config.vocab(), config.hidden()), g.input("ids", DType.INT32, batch, tokens));
        Value type = look(text.weight("type", config.types(), config.hidden()), g.constant(Tensor.zeros(DType.INT32, Shape.of(1, 1))));
        Value place = look(text.weight("position", config.positions(), config.hidden()), g.input("positions", DType.INT32, batch, tokens));
        Value x = text.layerNorm("embeddings.norm", word.plus(type).plus(place), config.epsilon());
        for (int i = 0; i < config.layers(); i++) x = layer(text.at("layers").at(i), config, x, mask, hiddenRows);
        return x;
    }

    /** {@code tanh(W·first + b)} of the first token's state: [batch, hidden]. */
    public static Value pooled(Scope text, BertConfig config, Value states) {
        Value first = states.slice(1, 0, 1).reshape(states.shape().at(0), config.hidden());
        return text.affine("pooler", first, config.hidden(), null, Activation.TANH);
    }

    private static Value layer(Scope layer, BertConfig config, Value x, Value mask, Value hiddenRows) {
        int hidden = config.hidden();
        Scope attention = layer.at("attention"), feedForward = layer.at("feed_forward");
        Value qkv = attention.affine("qkv", x, 3 * hidden, null, Activation.NONE);
        Value q = qkv.slice(-1, 0, hidden), k = qkv.slice(-1, hidden, 2 * hidden), v = qkv.slice(-1, 2 * hidden, 3 * hidden);
        double scale = 1 / Math.sqrt((double) hidden / config.heads());
        Value mixed = layer.graph().add(new Attention(q, k, v, config.heads(), scale, false, mask, null));
        Value y = attention.layerNorm("norm", attention.affine("out", HiddenRows.mean(mixed, v, hiddenRows), hidden, x, Activation.NONE), config.epsilon());
        Value inner = feedForward.affine("in", y, config.feedForward(), null, config.activation());
        return feedForward.layerNorm("norm", feedForward.affine("out", inner, hidden, y, Activation.NONE), config.epsilon());
    }

    private static Value look(Value table, Value ids) {
        return table.graph().add(new Gather(table, ids));
    }
}
