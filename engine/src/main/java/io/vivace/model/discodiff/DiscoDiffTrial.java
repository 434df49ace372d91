package io.vivace.model.discodiff;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Guide;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.Weights;

/** One evaluation of the second network at steps that may differ from clip to clip, for comparison with the original. */
public final class DiscoDiffTrial {

    /** With conditions, without any, and guided: [clips, frames, made] each. */
    public record Outcome(Tensor prediction, Tensor nothing, Tensor guided) {}

    private DiscoDiffTrial() {}

    /**
     * @param latents [clips, frames, latents]
     * @param steps   of the diffusion process, one a clip
     * @param vectors of the whole text, [clips, text]
     */
    public static Outcome of(DiscoDiffConfig config, Weights weights, Backend backend, Tensor latents, int[] steps, Tensor vectors, Conditions conditions,
            double guidance) {
        try (Backend.Session session = backend.open(weights)) {
            Program program = session.compile(graph(config, latents.shape(), conditions));
            program.set("latents", latents).set("sinusoids", Schedule.sinusoids(steps, config.width())).set("vectors", vectors);
            program.set("text", conditions.text()).set("guidance", Tensor.of(Shape.of(1), (float) guidance));
            if (conditions.chroma() != null) program.set("chroma", conditions.chroma());
            program.run();
            return new Outcome(program.get("prediction"), program.get("nothing"), program.get("guided"));
        }
    }

    private static Graph graph(DiscoDiffConfig config, Shape latents, Conditions conditions) {
        Graph g = Graph.named("discodiff.trial");
        var unet = new Unet(config, g);
        int clips = latents.at(0);
        Value x = g.input("latents", DType.FLOAT32, latents.toArray()), sinusoids = g.input("sinusoids", DType.FLOAT32, clips, config.width());
        Value vectors = g.input("vectors", DType.FLOAT32, clips, config.text()), nothing = vectors.affine(0, 0).plus(unet.nullGlobal());
        Value times = unet.modulationsOfTimes(unet.times(g.concat(0, sinusoids, sinusoids)));
        Value modulations = times.plus(unet.modulationsOfGlobals(unet.globals(g.concat(0, vectors, nothing))));
        Value text = both(unet, DiscoDiffConfig.TEXT, g.input("text", DType.FLOAT32, conditions.text().shape().toArray()));
        Value chroma = conditions.chroma() == null ? g.constant(Tensor.zeros(DType.FLOAT32, Shape.of(2 * clips, 1, config.chroma())))
                .plus(unet.nullContext(DiscoDiffConfig.CHROMA))
                : both(unet, DiscoDiffConfig.CHROMA, g.input("chroma", DType.FLOAT32, conditions.chroma().shape().toArray()));
        Value all = unet.predict(g.concat(0, x, x), modulations,
                (attention, number) -> unet.attentions().pair(attention, number == DiscoDiffConfig.TEXT ? text : chroma));
        g.output("prediction", all.slice(0, 0, clips));
        g.output("nothing", all.slice(0, clips, 2 * clips));
        g.output("guided", g.add(new Guide(all, g.input("guidance", DType.FLOAT32, 1))));
        return g;
    }

    /** The clips' tokens, and as many of nothing. */
    private static Value both(Unet unet, int number, Value tokens) {
        return tokens.graph().concat(0, tokens, tokens.affine(0, 0).plus(unet.nullContext(number)));
    }
}
