package io.vivace.model.melody;

import io.vivace.graph.Activation;
import io.vivace.graph.AdaptiveNorm;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Graph;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Rearrangement.Unfold;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;

/**
 * MeLoDy's dual-path diffusion network, arXiv 2305.15719 §4.2: noisy latents in, their velocity out. Latents are cut into segments that overlap by
 * half; blocks run along the segments and along their frames in turn.
 */
final class Denoiser {
    static final double EPSILON = 1e-6;

    private final DiffusionConfig config;
    private final SemanticConfig semantic;
    private final Graph g;
    private final Scope scope;

    Denoiser(DiffusionConfig config, SemanticConfig semantic, Graph g) {
        this.config = config;
        this.semantic = semantic;
        this.g = g;
        scope = new Scope(g, "diffusion.");
    }

    /** Vectors of angles, given by their cosines and sines [.., 1]: [.., width]. */
    Value angleVectors(Value cosines, Value sines) {
        Scope angle = scope.at("angle");
        int channels = config.angleWidth();
        return perceptron(angle, cosines.times(angle.weight("start", channels)).plus(sines.times(angle.weight("end", channels))));
    }

    /** Vectors of semantic tokens, int32 [batch, tokens]: [batch, tokens, width]. */
    Value tokenVectors(Value ids) {
        Scope token = scope.at("token");
        return perceptron(token, g.add(new Gather(token.weight("embedding", semantic.tokens(), config.width()), ids)));
    }

    private Value perceptron(Scope part, Value x) {
        Value inner = part.affine("first", x, config.embedHidden(), null, Activation.GELU_ERF);
        return part.rmsNorm("norm", part.affine("second", inner, config.width(), null, Activation.NONE), EPSILON);
    }

    /** Latents [batch, frames, channels] and the vectors of their angles as segments [batch, segments, segment, width]; zeros outside. */
    Value segments(Value x, Value angles) {
        Value h = scope.rmsNorm("input_norm", scope.affine("input", x, config.width(), angles, Activation.NONE), EPSILON);
        int frames = h.shape().at(1), half = config.segment() / 2, count = config.segments(frames);
        Value padded = g.add(new Pad(h, half, count * half - frames, Pad.Mode.ZERO));
        return g.add(new Unfold(padded, config.segment(), half, 1)).reshape(h.shape().at(0), count, config.segment(), config.width());
    }

    /**
     * The vectors that modulate segments: that of an angle, and the mean of the tokens' vectors.
     *
     * @param angles [batch, frames, width]
     * @param mean   [batch, 1, width], or null where no row sees tokens
     * @return [rows, segments, width]
     */
    Value modulation(Value angles, Value mean, Evaluation evaluation) {
        int batch = angles.shape().at(0), frames = angles.shape().at(1), count = config.segments(frames);
        var ids = new int[batch * count];
        for (int i = 0; i < ids.length; i++) ids[i] = i / count * frames + (int) ((long) (i % count) * frames / count);
        Value alone = g.add(new Gather(angles.reshape(batch * frames, config.width()), g.constant(Tensor.of(Shape.of(batch, count), ids))));
        return switch (evaluation) {
            case CONDITIONAL -> alone.plus(mean);
            case UNCONDITIONAL -> alone;
            case GUIDED -> g.concat(0, alone.plus(mean), alone);
        };
    }

    /** Mean of the tokens' vectors, [batch, tokens, width] to [batch, 1, width]. */
    Value mean(Value vectors) {
        return vectors.reduce(Reduce.Kind.MEAN, 1);
    }

    /** The layer of the coarse paths. */
    CoarseLayer coarseLayer(Evaluation evaluation, TokenKeys tokens) {
        return new CoarseLayer(config, semantic, evaluation, tokens);
    }

    DualPathBlock block(int number) {
        return new DualPathBlock(config, scope.at("blocks"), number);
    }

    /** Adds up the two segments that hold a frame, and reads the velocity: [rows, segments, segment, width] to [rows, frames, channels]. */
    Value output(Value h, int frames) {
        Shape s = h.shape();
        int half = s.at(2) / 2, count = s.at(1), width = s.at(3);
        Value later = h.slice(1, 1, count).slice(2, 0, half), earlier = h.slice(1, 0, count - 1).slice(2, half, 2 * half);
        Value joined = later.plus(earlier).reshape(s.at(0), (count - 1) * half, width).slice(1, 0, frames);
        Scope out = scope.at("output");
        return g.add(new NormedLinear(AdaptiveNorm.Kind.ROOT_MEAN_SQUARE, joined, scope.weight("output_norm", width), null, EPSILON,
                out.weight("weight", config.latent(), width), out.weight("bias", config.latent()), Activation.NONE));
    }

    /**
     * The whole network.
     *
     * @param x      [batch, frames, channels]
     * @param angles their vectors, [batch, frames, width]
     * @param mean   of the tokens' vectors, [batch, 1, width], and
     * @param tokens their keys; both null where no row sees tokens
     * @return [rows, frames, channels]
     */
    Value velocity(Value x, Value angles, Value mean, TokenKeys tokens, Evaluation evaluation) {
        Value h = evaluation.rows(segments(x, angles)), modulation = modulation(angles, mean, evaluation);
        CoarseLayer layer = coarseLayer(evaluation, tokens);
        for (int i = 0; i < config.blocks(); i++) h = block(i).apply(h, modulation, layer);
        return output(h, x.shape().at(1));
    }
}
