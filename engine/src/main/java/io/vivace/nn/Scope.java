package io.vivace.nn;

import io.vivace.graph.Activation;
import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.Graph;
import io.vivace.graph.LayerNorm;
import io.vivace.graph.Linear;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.RmsNorm;
import io.vivace.graph.Value;

/**
 * A place among the names of a model's weights, from which the blocks there read theirs.
 *
 * @param graph  the graph being built
 * @param prefix of the names, with its last dot; or empty
 */
public record Scope(Graph graph, String prefix) {

    /** A deeper place. */
    public Scope at(Object name) {
        return new Scope(graph, prefix + name + ".");
    }

    public Value weight(String name, int... extents) {
        return graph.weight(prefix + name, extents);
    }

    /** {@code act(x·Wᵀ + residual)} with the matrix of this name; residual may be null. */
    public Value linear(String name, Value x, int outputs, Value residual, Activation activation) {
        return graph.add(new Linear(x, weight(name, outputs, x.shape().last()), null, residual, activation));
    }

    /** {@code act(norm(x)·Wᵀ)}: layer normalisation of this name, as {@link #layerNorm}, which only the product with this matrix reads. */
    public Value linearOfNorm(String name, String norm, Value x, double epsilon, int outputs, Activation activation) {
        int channels = x.shape().last();
        Scope own = at(norm);
        return graph.add(new NormedLinear(AdaptiveNorm.Kind.LAYER, x, own.weight("gamma", channels), own.weight("beta", channels), epsilon,
                weight(name, outputs, channels), null, activation));
    }

    /** {@code norm(x)·Wᵀ}: root-mean-square normalisation with the vector of this name, as {@link #rmsNorm}, which only the product with this matrix reads. */
    public Value linearOfRmsNorm(String name, String norm, Value x, double epsilon, int outputs) {
        int channels = x.shape().last();
        return graph.add(new NormedLinear(AdaptiveNorm.Kind.ROOT_MEAN_SQUARE, x, weight(norm, channels), null, epsilon, weight(name, outputs, channels), null,
                Activation.NONE));
    }

    /** {@code act(x·Wᵀ + bias + residual)} with {@code name.weight} and {@code name.bias}; residual may be null. */
    public Value affine(String name, Value x, int outputs, Value residual, Activation activation) {
        Scope own = at(name);
        Value weight = own.weight("weight", outputs, x.shape().last());
        return graph.add(new Linear(x, weight, own.weight("bias", outputs), residual, activation));
    }

    /** Layer normalisation with {@code name.gamma} and {@code name.beta}. */
    public Value layerNorm(String name, Value x, double epsilon) {
        int channels = x.shape().last();
        return graph.add(new LayerNorm(x, at(name).weight("gamma", channels), at(name).weight("beta", channels), epsilon));
    }

    /** Root-mean-square normalisation with the vector of this name. */
    public Value rmsNorm(String name, Value x, double epsilon) {
        return graph.add(new RmsNorm(x, weight(name, x.shape().last()), epsilon));
    }
}
