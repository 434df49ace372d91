package io.vivace.model.melody;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.graph.Graph;
import io.vivace.graph.Guide;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.model.diffusion.Stepping;
import io.vivace.nn.Scope;

/**
 * The graphs of the sampler, arXiv 2305.15719 §4.3. What changes from step to step is {@link Stepping}'s; what depends on the tokens
 * only is computed once a window, into states too.
 */
final class DenoisingGraphs {

    /** The shapes of one run: clips, latent frames, semantic tokens. */
    record Size(int batch, int frames, int tokens) {}

    private final DiffusionConfig config;
    private final SemanticConfig semantic;
    private final Size size;

    DenoisingGraphs(DiffusionConfig config, SemanticConfig semantic, Size size) {
        this.config = config;
        this.semantic = semantic;
        this.size = size;
    }

    /** Takes the tokens, int32 [batch, tokens], into the states: keys and values for every layer of the coarse paths, and their mean. */
    Graph condition() {
        Graph g = Graph.named("melody.tokens");
        var denoiser = new Denoiser(config, semantic, g);
        CoarseLayer layer = denoiser.coarseLayer(Evaluation.CONDITIONAL, null);
        Value vectors = denoiser.tokenVectors(g.input("tokens", INT32, size.batch, size.tokens)), start = g.constant(Tensor.of(Shape.of(1), 0));
        g.add(new Stepwise.Write(mean(g), 1, start, denoiser.mean(vectors)));
        for (int i = 0; i < config.blocks(); i++) {
            for (int l = 0; l < config.coarseLayers(); l++) {
                Scope cross = new Scope(g, "diffusion.blocks." + i + ".coarse." + l + ".cross.");
                TokenKeys.Pair made = layer.keys(cross, vectors), kept = keys(cross);
                g.add(new Stepwise.Write(kept.keys(), 1, start, made.keys()));
                g.add(new Stepwise.Write(kept.values(), 1, start, made.values()));
            }
        }
        return g;
    }

    /** One step: "latents" move on, and the number of the step does. Output "velocity" [batch, frames, channels], after guidance. */
    Graph step(boolean guided) {
        Graph g = Graph.named(guided ? "melody.denoiser, guided" : "melody.denoiser");
        var denoiser = new Denoiser(config, semantic, g);
        var stepping = new Stepping(g, size.batch, size.frames, config.latent());
        Value angles = stepping.spread(denoiser.angleVectors(stepping.cosines(), stepping.sines()));
        Evaluation evaluation = guided ? Evaluation.GUIDED : Evaluation.CONDITIONAL;
        Value both = denoiser.velocity(stepping.latents(), angles, mean(g), this::keys, evaluation);
        Value v = guided ? g.add(new Guide(both, g.state("guidance", FLOAT32, 1))) : both;
        stepping.move(v);
        g.output("velocity", v);
        return g;
    }

    private Value mean(Graph g) {
        return g.state("tokens.mean", FLOAT32, size.batch, 1, config.width());
    }

    private TokenKeys.Pair keys(Scope cross) {
        Graph g = cross.graph();
        return new TokenKeys.Pair(g.state(cross.prefix() + "keys", FLOAT32, size.batch, size.tokens, config.width()),
                g.state(cross.prefix() + "values", FLOAT32, size.batch, size.tokens, config.width()));
    }
}
