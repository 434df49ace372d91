package io.vivace.model.nano;

import static io.vivace.graph.DType.FLOAT32;

import io.vivace.graph.Activation;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Arithmetic.Unary;
import io.vivace.graph.Graph;
import io.vivace.graph.Value;
import io.vivace.model.nano.NanoConfig.Decoder;
import io.vivace.nn.Depthwise;
import io.vivace.nn.Scope;

/**
 * The network of the decoder: from latents and score to the gains of the spectra that become sound. Runs on a stretch of frames of which those near its ends
 * only serve as context; training/nano/networks.py is the definition.
 */
final class DecoderGraph {
    private static final int PITCHED = NanoConfig.PITCHED, BINS = NanoConfig.BINS, BANDS = NanoConfig.BANDS;
    private static final int LEVELS = NanoConfig.ROLES * BANDS, GAINS = NanoConfig.GAINS;
    /** Between which the logarithms of gains lie. */
    private static final double LEAST = -14, MOST = 6;

    /**
     * Logarithms of gains.
     *
     * @param harmonic of the four pitched excitations, [1, frames, 4, bins]
     * @param breath   of the noise in the four pitched voices, [1, frames, 4, bins]
     * @param kit      of the drum kit's excitation and of its noise, [1, frames, 2, bins]
     */
    record Gains(Value harmonic, Value breath, Value kit) {}

    private final NanoConfig config;
    private final Decoder network;
    private final int frames;

    /** @param frames of a stretch, an even number */
    DecoderGraph(NanoConfig config, int frames) {
        this.config = config;
        this.network = config.decoder();
        this.frames = frames;
    }

    /** Frames on each side that a frame's gains depend on. */
    static int reach(Decoder network) {
        return network.blocks() * ((network.kernel() - 1) / 2);
    }

    /**
     * "latents" [1, frames / 2, channels], "features" [1, frames, FEATURES], "programs" int32 [1, roles], and "there" [1, frames, 1], 1 for frames of the
     * clip and 0 for those outside, to factors: "excitations" [1, frames, 5, bins] for those of the four pitched voices and the kit, and "noise"
     * [1, frames, 1, bins].
     */
    Graph factors() {
        Graph g = Graph.named("nano.decoder");
        Gains gains = gains(g);
        Value harmonic = gains.harmonic.apply(Unary.Kind.EXP), breath = gains.breath.apply(Unary.Kind.EXP), kit = gains.kit.apply(Unary.Kind.EXP);
        g.output("excitations", g.concat(2, harmonic, kit.slice(2, 0, 1)));
        g.output("noise", breath.reduce(Reduce.Kind.SUM, 2).plus(kit.slice(2, 1, 2)));
        return g;
    }

    Gains gains(Graph g) {
        var scope = new Scope(g, "decoder.");
        int width = network.width();
        Value latents = g.input("latents", FLOAT32, 1, frames / 2, NanoConfig.LATENT), features = g.input("features", FLOAT32, 1, frames, NanoConfig.FEATURES);
        Value there = g.input("there", FLOAT32, 1, frames, 1);
        Value levels = scope.affine("energies", latents, 2 * LEVELS, null, Activation.NONE).reshape(1, frames, LEVELS);
        Value score = scope.affine("score", features, width, null, Activation.NONE);
        Value h = scope.affine("levels", levels, width, score, Activation.NONE).plus(Ensemble.vector(scope, config, network.instrument(), width));
        for (int i = 0; i < network.blocks(); i++) h = block(scope.at("blocks").at(i), h, there);
        Value direct = scope.linear("direct.weight", levels, GAINS, null, Activation.NONE);
        Value out = within(scope.affine("output", scope.rmsNorm("norm.weight", h, DenoiserGraph.EPSILON), GAINS, direct, Activation.NONE));
        int breath = PITCHED * BINS, kit = breath + PITCHED * BANDS;
        Value spread = scope.linear("spread.weight", out.slice(2, breath, kit).reshape(1, frames, PITCHED, BANDS), BINS, null, Activation.NONE);
        return new Gains(out.slice(2, 0, breath).reshape(1, frames, PITCHED, BINS), spread, out.slice(2, kit, GAINS).reshape(1, frames, 2, BINS));
    }

    /** What lies outside the clip counts as zero. */
    private Value block(Scope block, Value x, Value there) {
        Value near = Depthwise.centred(block.at("depthwise"), x.times(there), network.kernel(), 1);
        Value inner = block.affine("first", block.rmsNorm("norm.weight", near, DenoiserGraph.EPSILON), network.hidden(), null, Activation.GELU_ERF);
        return block.affine("second", inner, network.width(), x, Activation.NONE);
    }

    /** Cut off at both ends. */
    private static Value within(Value x) {
        Value above = x.affine(1, -LEAST).apply(Activation.RELU);
        return above.affine(-1, MOST - LEAST).apply(Activation.RELU).affine(-1, MOST);
    }
}
