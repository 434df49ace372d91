package io.vivace.model.ssmttm;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.draft.Speculator;
import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic;
import io.vivace.graph.Graph;
import io.vivace.graph.Guide;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.TokenEmbedding;
import io.vivace.graph.Value;
import io.vivace.model.ssmttm.Layer.Frames;
import io.vivace.nn.Scope;
import io.vivace.nn.TokenColumns;
import java.util.ArrayList;
import java.util.List;

/**
 * The language model of "Training-Efficient Text-to-Music Generation with State-Space Modeling", arXiv 2601.14786: columns of delayed codes in, the next
 * column out. The text stands before the tokens, or is attended to. Whatever changes from step to step is a state of the session; tokens and positions
 * are those of a block of {@value #BLOCK} columns, so that a clip of any length takes the same memory.
 */
final class MusicLm {
    /** Columns between two looks of the host. */
    static final int BLOCK = 64;

    private final LmConfig config;
    private final Layout layout;

    MusicLm(LmConfig config, Layout layout) {
        this.config = config;
        this.layout = layout;
    }

    /**
     * Takes columns and draws one behind each. Outputs: "tokens" [batch, taken, codebooks], what was drawn; "logits" [batch, codebooks, vocabulary] of the last
     * one, after guidance. With guidance the conditional rows come first, the null rows after them, in one batch.
     *
     * @param taken columns; all but the first may be wrong, and {@link #again} goes back to those that are right
     */
    Graph step(int taken) {
        Graph g = Graph.named("ssm-ttm step of " + taken + " columns");
        var columns = new TokenColumns(g, layout.batch(), BLOCK + 1, config.codebooks());
        Value column = columns.column(), positions = g.state("positions", FLOAT32, BLOCK, config.hidden());
        Value embedded = g.add(new TokenEmbedding(tables(g), columns.tokens(), column, taken, layout.guided() ? 2 : 1, positions, column));
        Value logits = heads(g, layers(g, embedded, frames(), taken > 1 ? Frames.TRIED : Frames.GIVEN));
        if (layout.guided()) logits = g.add(new Guide(logits, g.state("guidance", FLOAT32, 1)));
        Value allowed = g.add(new Arithmetic.Mask(logits, g.state("allowed", INT32, 1, 1, config.codebooks(), config.vocabulary())));
        g.output(Speculator.DRAWN, columns.draw(allowed, taken));
        g.output("logits", logits.slice(1, taken - 1, taken).reshape(layout.batch(), config.codebooks(), config.vocabulary()));
        return g;
    }

    /** No network evaluation: brings the state-space layers to where the last step would have left them, had it taken its first columns only. */
    Graph again(int right) {
        Graph g = Graph.named("ssm-ttm again " + right + " columns");
        for (int i = 0; i < config.blocks().size(); i++) {
            if (config.blocks().get(i).parts().contains(Block.Part.MIXER)) layer(g, i, frames(), Frames.TRIED).again(layout.rows(), right);
        }
        return g;
    }

    /** Logits of the next {@code count} given columns, input "codes" int32 [rows, count, codebooks]: [rows, count, codebooks, vocabulary]. */
    Graph logits(int count) {
        Graph g = Graph.named("ssm-ttm logits of " + count + " columns");
        Value codes = g.input("codes", INT32, layout.rows(), count, config.codebooks());
        Value positions = g.input("positions", FLOAT32, count, config.hidden());
        Value start = g.constant(Tensor.of(Shape.of(1), 0));
        Value h = layers(g, g.add(new TokenEmbedding(tables(g), codes, start, count, 1, positions, start)), frames(), Frames.GIVEN);
        g.output("logits", heads(g, h));
        return g;
    }

    /**
     * Takes in the text of one prompt, in one pass. Inputs: "text" [1, rows, text width], "mask" [1, rows, 1], 0 behind the prompt's end. It leaves states
     * behind that {@link #step} goes on from. Outputs: "condition" [1, rows, hidden]; "logits" [1, 1, codebooks, vocabulary] of the prefix's last row.
     */
    Graph prompt() {
        Graph g = Graph.named("ssm-ttm prompt of " + layout.text() + " rows");
        Value text = g.input("text", FLOAT32, 1, layout.text(), config.textWidth()), mask = g.input("mask", FLOAT32, 1, layout.text(), 1);
        Scope lm = new Scope(g, "lm.");
        Value condition = g.output("condition", lm.layerNorm("condition_norm", lm.affine("condition", text, config.hidden(), null, Activation.NONE),
                LmConfig.EPSILON));
        if (config.masked()) condition = condition.times(mask);
        Value placed = condition.plus(g.constant(Sinusoids.of(0, layout.text(), config.hidden())));
        if (config.crossAttention()) {
            for (int i = 0; i < config.blocks().size(); i++) {
                if (config.blocks().get(i).parts().contains(Block.Part.CROSS_ATTENTION)) layer(g, i, 0, Frames.PREFIX).hear(placed, mask);
            }
        } else {
            g.output("logits", heads(g, layers(g, placed, layout.text(), Frames.PREFIX)));
        }
        return g;
    }

    /** Frames that self-attention keeps. */
    private int frames() {
        return (config.crossAttention() ? 0 : layout.text()) + layout.frames();
    }

    private Value layers(Graph g, Value embedded, int capacity, Frames frames) {
        Value h = embedded;
        int last = config.blocks().size() - 1;
        for (int i = 0; i <= last; i++) {
            Frames taken = i == last && frames == Frames.PREFIX ? Frames.LAST_OF_PREFIX : frames;
            h = config.blocks().get(i).build(layer(g, i, capacity, taken), h);
        }
        if (config.selfAttention()) g.add(new Stepwise.Advance(Layer.position(g), embedded.shape().at(1)));
        return h;
    }

    private Layer layer(Graph g, int index, int capacity, Frames frames) {
        return new Layer(new Scope(g, "lm.layers." + index + "."), config, layout.text(), capacity, frames);
    }

    private List<Value> tables(Graph g) {
        List<Value> tables = new ArrayList<>();
        for (int k = 0; k < config.codebooks(); k++) tables.add(g.weight("lm.embedding." + k, config.vocabulary(), config.hidden()));
        return tables;
    }

    /** [rows, frames, hidden] to [rows, frames, codebooks, vocabulary]; no norm comes before. */
    private Value heads(Graph g, Value h) {
        Value logits = new Scope(g, "lm.").linear("heads", h, config.codebooks() * config.vocabulary(), null, Activation.NONE);
        return logits.reshape(h.shape().at(0), h.shape().at(1), config.codebooks(), config.vocabulary());
    }
}
