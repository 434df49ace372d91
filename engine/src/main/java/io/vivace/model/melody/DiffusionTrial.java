package io.vivace.model.melody;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Arithmetic.Unary;
import io.vivace.graph.Graph;
import io.vivace.graph.Guide;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.nn.Rows;
import io.vivace.weights.Weights;
import java.util.LinkedHashMap;
import java.util.Map;

/** Parts of the diffusion network and all of it, evaluated once with everything given from outside, to compare with a reference. */
public final class DiffusionTrial {
    private final DiffusionConfig config;
    private final SemanticConfig semantic;
    private final Weights weights;
    private final Backend backend;

    public DiffusionTrial(MelodyConfig config, Weights weights, Backend backend) {
        this.config = config.diffusion();
        this.semantic = config.semantic();
        this.weights = weights;
        this.backend = backend;
    }

    /** The recurrent layers of a block: sequences [batch, frames, width] to "x". */
    public Map<String, Tensor> recurrent(int block, Tensor x) {
        Graph g = Graph.named("melody.recurrent");
        g.output("x", new Denoiser(config, semantic, g).block(block).recurrent(input(g, "x", x)));
        return run(g, Map.of("x", x));
    }

    /**
     * The fine path of a block with its modulation: "angle_vectors", "token_vectors", "modulation" and "fine".
     *
     * @param angle  [batch, frames]
     * @param tokens [batch][tokens]
     * @param h      [batch, segments, segment, width]
     */
    public Map<String, Tensor> fine(int block, Tensor angle, int[][] tokens, Tensor h) {
        Graph g = Graph.named("melody.fine");
        var denoiser = new Denoiser(config, semantic, g);
        Tensor ids = ids(tokens);
        Value angles = angles(denoiser, input(g, "angle", angle)), vectors = denoiser.tokenVectors(input(g, "tokens", ids));
        Value modulation = denoiser.modulation(angles, denoiser.mean(vectors), Evaluation.CONDITIONAL);
        g.output("angle_vectors", angles);
        g.output("token_vectors", vectors);
        g.output("modulation", modulation);
        g.output("fine", denoiser.block(block).fine(input(g, "h", h), modulation));
        return run(g, Map.of("angle", angle, "tokens", ids, "h", h));
    }

    /**
     * A block with and without tokens: "merged", "coarse" and "coarse_unconditional", "h" and "h_unconditional".
     *
     * @param h          [batch, segments, segment, width]
     * @param modulation [batch, segments, width]
     * @param memory     vectors of tokens, [batch, tokens, width]
     */
    public Map<String, Tensor> block(int number, Tensor h, Tensor modulation, Tensor memory) {
        Graph g = Graph.named("melody.block");
        var denoiser = new Denoiser(config, semantic, g);
        DualPathBlock block = denoiser.block(number);
        Value x = input(g, "h", h), m = input(g, "modulation", modulation), merged = block.merged(x), nothing = x.affine(0, 0);
        TokenKeys keys = keys(denoiser, input(g, "memory", memory));
        g.output("merged", merged);
        for (Evaluation each : new Evaluation[] {Evaluation.CONDITIONAL, Evaluation.UNCONDITIONAL}) {
            String suffix = each.seesTokens() ? "" : "_unconditional";
            CoarseLayer layer = denoiser.coarseLayer(each, keys);
            g.output("coarse" + suffix, block.spread(nothing, block.coarse(merged, layer)));
            g.output("h" + suffix, block.apply(x, m, layer));
        }
        return run(g, Map.of("h", h, "modulation", modulation, "memory", memory));
    }

    /**
     * The whole network: "v", "v_unconditional" and, both in one batch, "v_guided"; on the way with tokens "angle_vectors", "token_vectors", "segments",
     * "modulation" and "block.0", "block.1" ….
     *
     * @param x      [batch, frames, channels]
     * @param angle  [batch, frames]
     * @param tokens [batch][tokens]
     */
    public Map<String, Tensor> velocity(Tensor x, Tensor angle, int[][] tokens, double guidance) {
        Map<String, Tensor> results = new LinkedHashMap<>();
        for (Evaluation each : Evaluation.values()) {
            Graph g = Graph.named("melody.velocity");
            var denoiser = new Denoiser(config, semantic, g);
            Tensor ids = ids(tokens);
            Value latents = input(g, "x", x), angles = angles(denoiser, input(g, "angle", angle)), vectors = denoiser.tokenVectors(input(g, "tokens", ids));
            switch (each) {
                case CONDITIONAL -> detailed(denoiser, latents, angles, vectors);
                case UNCONDITIONAL -> g.output("v_unconditional", denoiser.velocity(latents, angles, null, null, each));
                case GUIDED -> {
                    Value both = denoiser.velocity(latents, angles, denoiser.mean(vectors), keys(denoiser, vectors), each);
                    g.output("v_guided", g.add(new Guide(both, g.constant(Tensor.of(Shape.of(1), (float) guidance)))));
                }
            }
            results.putAll(run(g, Map.of("x", x, "angle", angle, "tokens", ids)));
        }
        return results;
    }

    private void detailed(Denoiser denoiser, Value latents, Value angles, Value vectors) {
        Graph g = latents.graph();
        Value h = denoiser.segments(latents, angles), modulation = denoiser.modulation(angles, denoiser.mean(vectors), Evaluation.CONDITIONAL);
        g.output("angle_vectors", angles);
        g.output("token_vectors", vectors);
        g.output("segments", h);
        g.output("modulation", modulation);
        CoarseLayer layer = denoiser.coarseLayer(Evaluation.CONDITIONAL, keys(denoiser, vectors));
        for (int i = 0; i < config.blocks(); i++) g.output("block." + i, h = denoiser.block(i).apply(h, modulation, layer));
        g.output("v", denoiser.output(h, latents.shape().at(1)));
    }

    /** Keys of tokens, made where they are wanted. */
    private static TokenKeys keys(Denoiser denoiser, Value vectors) {
        CoarseLayer maker = denoiser.coarseLayer(Evaluation.CONDITIONAL, null);
        return cross -> maker.keys(cross, vectors);
    }

    private static Value angles(Denoiser denoiser, Value angle) {
        Value each = angle.reshape(angle.shape().at(0), angle.shape().at(1), 1);
        return denoiser.angleVectors(each.apply(Unary.Kind.COS), each.apply(Unary.Kind.SIN));
    }

    private Tensor ids(int[][] tokens) {
        return Rows.tensor("semantic tokens", tokens, semantic.tokens());
    }

    private static Value input(Graph g, String name, Tensor tensor) {
        return g.input(name, tensor.floats() != null ? FLOAT32 : INT32, tensor.shape().toArray());
    }

    private Map<String, Tensor> run(Graph g, Map<String, Tensor> inputs) {
        try (Backend.Session session = backend.open(weights)) {
            Program program = session.compile(g);
            inputs.forEach(program::set);
            program.run();
            Map<String, Tensor> results = new LinkedHashMap<>();
            for (String output : g.outputs().keySet()) results.put(output, program.get(output));
            return results;
        }
    }
}
