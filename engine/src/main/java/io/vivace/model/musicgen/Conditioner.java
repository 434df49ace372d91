package io.vivace.model.musicgen;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.graph.Activation;
import io.vivace.graph.Graph;
import io.vivace.graph.Linear;
import io.vivace.graph.Primitive;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.musicgen.Decoder.Layout;

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
            String name = "decoder.layers." + i + ".cross";
            Value kv = g.add(new Linear(text, g.weight(name + ".kv", 2 * hidden, hidden), null, null, Activation.NONE));
            Value keys = g.state(name + ".keys", FLOAT32, layout.batch(), layout.text(), hidden);
            Value values = g.state(name + ".values", FLOAT32, layout.batch(), layout.text(), hidden);
            g.add(new Primitive.Write(keys, 1, start, kv.slice(2, 0, hidden)));
            g.add(new Primitive.Write(values, 1, start, kv.slice(2, hidden, 2 * hidden)));
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
        Value chroma = g.add(new Linear(g.input("chroma", FLOAT32, layout.rows(), frames, bins), g.weight("chroma_projection.weight", hidden, bins),
                g.weight("chroma_projection.bias", hidden), null, Activation.NONE));
        Value text = projectedText(g, layout.rows(), layout.prefix() - frames);
        Value state = g.state("prefix", FLOAT32, layout.rows(), layout.prefix(), hidden);
        g.add(new Primitive.Write(state, 1, g.constant(Tensor.of(Shape.of(1), 0)), g.concat(1, chroma, text)));
        return g;
    }

    private Value projectedText(Graph g, int rows, int tokens) {
        int hidden = config.decoder().hidden();
        Value text = g.input("text", FLOAT32, rows, tokens, config.textWidth());
        if (config.textProjection()) {
            text = g.add(new Linear(text, g.weight("projection.weight", hidden, config.textWidth()), g.weight("projection.bias", hidden), null,
                    Activation.NONE));
        }
        return text.times(g.input("mask", FLOAT32, rows, tokens, 1));
    }
}
