package io.vivace.model.discodiff;

import io.vivace.graph.Activation;
import io.vivace.graph.Conv1d;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.GroupNorm;
import io.vivace.graph.Linear;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.discodiff.DiscoDiffConfig.Level;
import io.vivace.nn.Scope;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * DiscoDiff's second network: a U-Net over time whose residual blocks are modulated (FiLM) by the step and by the whole text, with linear attention
 * over time, and attention to chroma and to text. The original: ETH-DISCO/discodiff, module/unet_cond_large.py.
 */
final class Unet {
    private static final double EPSILON = 1e-5;

    private final DiscoDiffConfig config;
    private final Graph g;
    private final Scope scope;
    private final Attentions attentions;
    private Value modulations;
    private int taken;

    Unet(DiscoDiffConfig config, Graph g) {
        this.config = config;
        this.g = g;
        scope = new Scope(g, "second.");
        attentions = new Attentions(config, g);
    }

    Attentions attentions() {
        return attentions;
    }

    /** Steps as sinusoids, [rows, width], to what modulates by them, [rows, embedding]. */
    Value times(Value sinusoids) {
        return perceptron("time", sinusoids);
    }

    /** Vectors of the whole text, [rows, text], to what modulates by them, [rows, embedding]. */
    Value globals(Value vectors) {
        return perceptron("global", vectors);
    }

    private Value perceptron(String name, Value x) {
        Scope own = scope.at(name);
        Value inner = own.affine("first", x, config.embedding(), null, Activation.GELU_ERF);
        return own.affine("second", inner, config.embedding(), null, Activation.SILU);
    }

    /** What the steps add to the modulations of all blocks: [rows, embedding] to [rows, modulations]. */
    Value modulationsOfTimes(Value times) {
        return modulations(g.concat(1, times, zeros(times.shape().at(0), config.embedding())), null);
    }

    /** What the text adds to the modulations of all blocks, and what is always added: [rows, embedding] to [rows, modulations]. */
    Value modulationsOfGlobals(Value globals) {
        Value both = g.concat(1, zeros(globals.shape().at(0), config.embedding()), globals);
        return modulations(both, scope.weight("modulation.bias", config.modulations()));
    }

    private Value modulations(Value both, Value bias) {
        return g.add(new Linear(both, scope.weight("modulation.weight", config.modulations(), 2 * config.embedding()), bias, null, Activation.NONE));
    }

    private Value zeros(int... extents) {
        return g.constant(Tensor.zeros(DType.FLOAT32, Shape.of(extents)));
    }

    /** What the vector of nothing is among the vectors of the whole text: [1, text]. */
    Value nullGlobal() {
        return scope.weight("null.global", config.text()).reshape(1, config.text());
    }

    /** Rows of nothing, each of one token: [1, 1, channels]. */
    Value nullContext(int number) {
        boolean chroma = number == DiscoDiffConfig.CHROMA;
        int channels = chroma ? config.chroma() : config.text();
        return scope.weight(chroma ? "null.chroma" : "null.text", channels).reshape(1, 1, channels);
    }

    /**
     * One evaluation.
     *
     * @param latents clean ones of the first codebook, noisy ones of the others, [rows, frames, latents]
     * @param all     modulations of all blocks, [rows, modulations]
     * @return the prediction for the noisy ones, [rows, frames, made]
     */
    Value predict(Value latents, Value all, Contexts contexts) {
        modulations = all;
        taken = 0;
        Value first = convolution(scope.at("input"), latents, config.width(), 3, 1), x = first;
        Deque<Value> skips = new ArrayDeque<>();
        for (int i = 0; i < config.multipliers().length; i++) {
            boolean last = i == config.multipliers().length - 1;
            Level level = config.levels().get(i);
            String name = "downs." + i + ".";
            for (int j = 0; j < DiscoDiffConfig.BLOCKS; j++) {
                x = attended(name, j, block(name + "blocks." + j, x, level.outer()), contexts);
                skips.push(x);
            }
            x = convolution(scope.at(name + "resample"), x, level.inner(), last ? 3 : 4, last ? 1 : 2);
        }
        x = middle(x);
        for (int i = 0; i < config.multipliers().length; i++) {
            boolean last = i == config.multipliers().length - 1;
            Level level = config.reversed().get(i);
            String name = "ups." + i + ".";
            for (int j = 0; j < DiscoDiffConfig.BLOCKS; j++) {
                x = attended(name, j, block(name + "blocks." + j, g.concat(2, x, skips.pop()), level.inner()), contexts);
            }
            x = convolution(scope.at(name + "resample"), last ? x : doubled(x), level.outer(), 3, 1);
        }
        x = block("final", g.concat(2, x, first), config.width());
        return scope.affine("output", x, config.made(), null, Activation.NONE);
    }

    private Value middle(Value x) {
        int width = x.shape().last();
        Value y = attentions.self(scope.at("middle.attention"), block("middle.blocks.0", x, width));
        return block("middle.blocks.1", y, width);
    }

    /** The attention behind a block of a level, if there is one. */
    private Value attended(String level, int block, Value x, Contexts contexts) {
        if (block == 0) return x;
        int number = block - 1;
        Scope own = scope.at(level + "attention." + number);
        return number < DiscoDiffConfig.CHROMA ? attentions.linear(own, x) : attentions.cross(own, x, contexts.of(own, number));
    }

    /** {@code skip(x) + second(first(x))}, where the first half is modulated. */
    private Value block(String name, Value x, int outputs) {
        Scope own = scope.at(name);
        Value scale = modulations.slice(1, taken, taken + outputs), shift = modulations.slice(1, taken + outputs, taken + 2 * outputs);
        taken += 2 * outputs;
        Value inner = half(own.at("first"), x, outputs, scale, shift), y = half(own.at("second"), inner, outputs, null, null);
        return x.shape().last() == outputs ? y.plus(x) : own.affine("skip", x, outputs, y, Activation.NONE);
    }

    private Value half(Scope own, Value x, int outputs, Value scale, Value shift) {
        Value y = convolution(own, x, outputs, 3, 1), gamma = own.weight("norm.gamma", outputs), beta = own.weight("norm.beta", outputs);
        return g.add(new GroupNorm(y, config.codebooks(), gamma, beta, EPSILON, scale, shift, Activation.SILU));
    }

    private Value convolution(Scope own, Value x, int outputs, int kernel, int stride) {
        Value weight = own.weight("weight", outputs, kernel * x.shape().last()), bias = own.weight("bias", outputs);
        return g.add(new Conv1d(x, weight, bias, null, kernel, stride, 1, 1, 1, Pad.Mode.ZERO, Activation.NONE));
    }

    /** Every frame twice. */
    private Value doubled(Value x) {
        int rows = x.shape().at(0), frames = x.shape().at(1), channels = x.shape().at(2);
        Value column = x.reshape(rows, frames, 1, channels);
        return g.concat(2, column, column).reshape(rows, 2 * frames, channels);
    }
}
