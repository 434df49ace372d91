package io.vivace.model.nano;

import io.vivace.graph.Activation;
import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.Gated;
import io.vivace.graph.Graph;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Value;
import io.vivace.model.diffusion.SegmentPositions;
import io.vivace.nn.Scope;

/** Pieces of graphs that the text tower and the language model share: pre-norm transformer layers (arXiv 2302.13971), fields of a sheet, and output chains. */
final class Layers {
    static final double EPSILON = 1e-6;

    /** How positions see each other: queries, keys and values side by side, [batch, positions, 3 · width], to [batch, positions, width]. */
    @FunctionalInterface
    interface Mixing {
        Value mix(Scope layer, Value qkv);
    }

    private Layers() {}

    /** One layer over [batch, positions, width]. */
    static Value layer(Scope layer, Value x, int hidden, Mixing mixing) {
        int width = x.shape().last();
        Value qkv = layer.linearOfRmsNorm("attention.qkv.weight", "attention_norm.weight", x, EPSILON, 3 * width);
        Value y = layer.linear("attention.out.weight", mixing.mix(layer, qkv), width, x, Activation.NONE);
        Value both = layer.linearOfRmsNorm("gate_up.weight", "feed_norm.weight", y, EPSILON, 2 * hidden);
        return layer.linear("down.weight", layer.graph().add(new Gated(both, Activation.SILU)), width, y, Activation.NONE);
    }

    /** {@code act(norm(x)·Wᵀ + bias)} with the root-mean-square normalisation of that name. */
    static Value affineOfNorm(Scope scope, String name, String norm, Value x, int outputs, Activation activation) {
        int width = x.shape().last();
        Scope own = scope.at(name);
        return scope.graph().add(new NormedLinear(AdaptiveNorm.Kind.ROOT_MEAN_SQUARE, x, scope.weight(norm, width), null, EPSILON,
                own.weight("weight", outputs, width), own.weight("bias", outputs), activation));
    }

    /** Rows of a table: [ids…, channels]. */
    static Value look(Value table, Value ids) {
        return table.graph().add(new Gather(table, ids));
    }

    /** Rotary positions 0 … count − 1 for heads of {@code size} channels. */
    static Value angles(Graph g, int count, int size) {
        return g.constant(SegmentPositions.segments(count, size));
    }

    /** Gated unit of the chains: {@code c + sigmoid(z)·(tanh(n) − c)}, [z, n] = linear([x, c]); x [batch, link], c [batch, cell]. */
    static Value cell(Scope scope, Value x, Value c) {
        int width = c.shape().last();
        Value both = scope.affine("cell.linear", scope.graph().concat(1, x, c), 2 * width, null, Activation.NONE);
        Value gate = both.slice(1, 0, width).apply(Activation.SIGMOID), fresh = both.slice(1, width, 2 * width).apply(Activation.TANH);
        return c.plus(gate.times(fresh.minus(c)));
    }

    /** Scores of what a link of the chain gives, of its first {@code used} values, for sampling: [batch, 1, used]. */
    static Value scores(Scope scope, String head, Value c, int values, int used) {
        return affineOfNorm(scope, head, "link_norm.weight", c, values, Activation.NONE).slice(1, 0, used).reshape(c.shape().at(0), 1, used);
    }
}
