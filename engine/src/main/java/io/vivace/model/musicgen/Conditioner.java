package io.vivace.model.musicgen;

import static io.vivace.graph.DType.FLOAT32;

import io.vivace.graph.Activation;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.musicgen.Decoder.Layout;
import io.vivace.nn.Scope;

/** Brings what the text encoder and the melody say into the decoder's states, once a request. */
final class Conditioner {
    private final MusicGenConfig config;
    private final Layout layout;

    Conditioner(MusicGenConfig config, Layout layout) {
        this.config = config;
        this.layout = layout;
    }

    /**
     * Keys and values of every layer's cross-attention. Inputs: "text" [batch, tokens, text width] and "mask" [batch, tokens, 1],
     * 1 or 0: hidden tokens are zeroed after the projection, so that its bias does not leak.
     */
    Graph crossAttention() {
        Graph g = Graph.named("musicgen.text");
        int hidden = config.decoder().hidden();
        Value text = projectedText(g, layout.batch(), layout.text());
        Value start = g.constant(Tensor.of(Shape.of(1), 0));
        for (int i = 0; i < config.decoder().layers(); i++) {
            Scope cross = new Scope(g, "decoder.layers." + i + ".cross.");
            Value kv = cross.linear("kv", text, 2 * hidden, null, Activation.NONE);
            for (String half : new String[] {"keys", "values"}) {
                Value state = g.state(cross.prefix() + half, FLOAT32, layout.batch(), layout.text(), hidden);
                Value part = half.equals("keys") ? kv.slice(2, 0, hidden) : kv.slice(2, hidden, 2 * hidden);
                g.add(new Stepwise.Write(state, 1, start, part));
            }
        }
        return g;
    }

    /**
     * The prefix of the melody models: chroma frames, then text tokens. Inputs as {@link #crossAttention}, with the rows of the
     * decoder (null rows: mask 0), and "chroma" [rows, frames, bins].
     */
    Graph prefix() {
        Graph g = Graph.named("musicgen.prefix");
        int hidden = config.decoder().hidden(), frames = config.chroma().length(), bins = config.chroma().bins();
        Value melody = g.input("chroma", FLOAT32, layout.rows(), frames, bins);
        Value chroma = new Scope(g, "").affine("chroma_projection", melody, hidden, null, Activation.NONE);
        Value text = projectedText(g, layout.rows(), layout.prefix() - frames);
        Value state = g.state("prefix", FLOAT32, layout.rows(), layout.prefix(), hidden);
        g.add(new Stepwise.Write(state, 1, g.constant(Tensor.of(Shape.of(1), 0)), g.concat(1, chroma, text)));
        return g;
    }

    private Value projectedText(Graph g, int rows, int tokens) {
        Value text = g.input("text", FLOAT32, rows, tokens, config.textWidth());
        if (config.textProjection()) text = new Scope(g, "").affine("projection", text, config.decoder().hidden(), null, Activation.NONE);
        return text.times(g.input("mask", FLOAT32, rows, tokens, 1));
    }
}
