package io.vivace.model.nano;

import static io.vivace.graph.DType.FLOAT32;

import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Attention;
import io.vivace.graph.Graph;
import io.vivace.graph.Rotary;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.diffusion.SegmentPositions;
import io.vivace.model.diffusion.Stepping;
import io.vivace.model.nano.NanoConfig.Diffusion;
import io.vivace.nn.Depthwise;
import io.vivace.nn.Scope;
import java.util.function.UnaryOperator;

/**
 * The dual-path diffusion network over latents at 62.5 Hz: noisy latents in, their velocity out. The coarse path attends over the means of segments, the
 * fine path is a depthwise convolution and a perceptron that the frames' angles modulate. After arXiv 2305.15719 §4.2; training/nano/networks.py is the
 * definition. What depends on the score alone is computed once a window, into states.
 */
final class DenoiserGraph {
    static final double EPSILON = 1e-6;

    private final NanoConfig config;
    private final Diffusion network;
    private final int frames;

    /** @param frames of a window: whole segments */
    DenoiserGraph(NanoConfig config, int frames) {
        this.config = config;
        this.network = config.diffusion();
        this.frames = frames;
    }

    /** Takes "features", [1, frames, 2 · FEATURES], and "programs", int32 [1, roles], into the states "score" and "instruments". */
    Graph condition() {
        Graph g = Graph.named("nano.score");
        var scope = new Scope(g, "diffusion.");
        Value features = g.input("features", FLOAT32, 1, frames, 2 * NanoConfig.FEATURES);
        Value instruments = Ensemble.vector(scope, config, network.instrument(), network.width()), start = g.constant(Tensor.of(Shape.of(1), 0));
        Value near = scope.affine("score", features, network.width(), null, Activation.NONE).plus(instruments).apply(Activation.GELU_ERF);
        Value around = Depthwise.centred(scope.at("score_depthwise"), near, NanoConfig.SCORE_KERNEL, 1);
        g.add(new Stepwise.Write(score(g), 1, start, scope.affine("score_second", near.plus(around), network.width(), null, Activation.NONE)));
        g.add(new Stepwise.Write(instruments(g), 1, start, instruments));
        return g;
    }

    /** One step: the states of {@link Stepping} move on. Output "velocity", [1, frames, channels]. */
    Graph step() {
        Graph g = Graph.named("nano.denoiser");
        var stepping = new Stepping(g, 1, frames, NanoConfig.LATENT);
        Value velocity = velocity(stepping.latents(), stepping.cosines(), stepping.sines(), stepping::spread);
        stepping.move(velocity);
        g.output("velocity", velocity);
        return g;
    }

    private Value score(Graph g) {
        return g.state("score", FLOAT32, 1, frames, network.width());
    }

    private Value instruments(Graph g) {
        return g.state("instruments", FLOAT32, 1, 1, network.width());
    }

    /**
     * The whole network. There are few angles in a window, so what they bring is computed once for each and then spread over the frames.
     *
     * @param x       [1, frames, channels]
     * @param cosines of the angles that there are, [angles, 1], and
     * @param sines   theirs
     * @param spread  from rows, [angles, width], to frames, [1, frames, width]
     * @return [1, frames, channels]
     */
    Value velocity(Value x, Value cosines, Value sines, UnaryOperator<Value> spread) {
        Graph g = x.graph();
        var scope = new Scope(g, "diffusion.");
        int width = network.width();
        Value turned = cosines.times(scope.weight("angle_start", width)).plus(sines.times(scope.weight("angle_end", width)));
        Value inner = scope.affine("angle_first", turned, width, null, Activation.GELU_ERF);
        Value modulation = scope.affine("angle_second", inner, width, null, Activation.NONE).plus(instruments(g).reshape(1, width));
        Value h = scope.affine("input", x, width, score(g), Activation.NONE);
        for (int i = 0; i < network.blocks(); i++) h = block(scope.at("blocks").at(i), h, modulation, network.dilations().get(i), spread);
        return scope.affine("output", scope.rmsNorm("norm.weight", h, EPSILON), NanoConfig.LATENT, null, Activation.NONE);
    }

    private Value block(Scope block, Value x, Value modulation, int dilation, UnaryOperator<Value> spread) {
        int width = network.width(), segments = frames / network.segment();
        Value split = x.reshape(1, segments, network.segment(), width);
        Value coarse = coarse(block, split.reduce(Reduce.Kind.MEAN, 2).reshape(1, segments, width));
        Value h = split.plus(coarse.reshape(1, segments, 1, width)).reshape(1, frames, width);
        Value film = block.affine("film", modulation, 2 * width, null, Activation.NONE);
        Value scale = spread.apply(film.slice(1, 0, width).affine(1, 1)), shift = spread.apply(film.slice(1, width, 2 * width));
        Value y = block.rmsNorm("norm.weight", Depthwise.centred(block.at("depthwise"), h, network.kernel(), dilation), EPSILON);
        Value inner = block.affine("first", y.times(scale).plus(shift), network.hidden(), null, Activation.GELU_ERF);
        return block.affine("second", inner, width, h, Activation.NONE);
    }

    /** Attention over the segments, [1, segments, width]. */
    private Value coarse(Scope block, Value means) {
        Graph g = block.graph();
        int width = network.width(), heads = network.heads(), segments = means.shape().at(1);
        Scope scope = block.at("coarse");
        Value qkv = scope.linear("qkv.weight", block.rmsNorm("coarse_norm.weight", means, EPSILON), 3 * width, null, Activation.NONE);
        Value positions = g.constant(SegmentPositions.segments(segments, width / heads));
        Value turned = g.add(new Rotary(qkv.slice(2, 0, 2 * width), positions, null, 2 * heads, false));
        Value mixed = g.add(new Attention(turned.slice(2, 0, width), turned.slice(2, width, 2 * width), qkv.slice(2, 2 * width, 3 * width), heads,
                1 / Math.sqrt((double) width / heads), false, null, null));
        return scope.linear("out.weight", mixed, width, null, Activation.NONE);
    }
}
