package io.vivace.model.melody;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.graph.Graph;
import io.vivace.graph.Guide;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.nn.Scope;

/**
 * The graphs of the sampler, arXiv 2305.15719 §4.3. Everything that changes from step to step is a state: latents, the solver's memory, the number of the
 * step, the table of all steps. What depends on the tokens only is computed once a window, into states too.
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
        Value step = g.state("step", INT32, 1), free = g.state("free", INT32, size.batch, size.frames);
        Value z = latents(g, "latents"), memory = latents(g, "memory");
        Value numbers = g.add(new Stepwise.Window(g.state("steps", FLOAT32, Walk.MOST, 2, Walk.NUMBERS), 0, step, 1)).reshape(2, Walk.NUMBERS);
        Value angles = g.add(new Gather(denoiser.angleVectors(numbers.slice(1, 0, 1), numbers.slice(1, 1, 2)), free));
        Evaluation evaluation = guided ? Evaluation.GUIDED : Evaluation.CONDITIONAL;
        Value both = denoiser.velocity(z, angles, mean(g), this::keys, evaluation);
        Value v = guided ? g.add(new Guide(both, g.state("guidance", FLOAT32, 1))) : both;
        Value factors = g.add(new Gather(numbers.slice(1, 2, Walk.NUMBERS), free));
        Value moved = z.times(factor(factors, 0)).plus(v.times(factor(factors, 1))).plus(memory.times(factor(factors, 2)));
        Value kept = z.times(factor(factors, 3)).plus(v.times(factor(factors, 4))), start = g.constant(Tensor.of(Shape.of(1), 0));
        g.add(new Stepwise.Write(memory, 1, start, kept));
        g.add(new Stepwise.Write(z, 1, start, moved));
        g.add(new Stepwise.Advance(step, 1));
        g.output("velocity", v);
        return g;
    }

    private static Value factor(Value factors, int number) {
        return factors.slice(2, number, number + 1);
    }

    private Value latents(Graph g, String name) {
        return g.state(name, FLOAT32, size.batch, size.frames, config.latent());
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
