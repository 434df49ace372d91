package io.vivace.model.nano;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Graph;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.Map;

/** The denoiser, evaluated once with everything given from outside, to compare with a reference. */
public final class DenoiserTrial {
    private DenoiserTrial() {}

    /**
     * "score", [1, frames, width], "instruments", [1, 1, width], and "velocity", [1, frames, channels].
     *
     * @param features [1, frames, 2 · FEATURES]
     * @param x        [1, frames, channels]
     * @param kept     so many of the first frames have angle 0
     * @param angle    of the others
     */
    public static Map<String, Tensor> velocity(NanoConfig config, Backend backend, Weights weights, Tensor features, Sheet sheet, Tensor x, int kept,
            double angle) {
        int frames = x.shape().at(1);
        var graphs = new DenoiserGraph(config, frames);
        try (Backend.Session session = backend.open(weights)) {
            Program condition = session.compile(graphs.condition()), velocity = session.compile(velocity(graphs, frames));
            condition.set("features", features).set("programs", Ensemble.programs(sheet)).run();
            var free = new int[frames];
            Arrays.fill(free, kept, frames, 1);
            velocity.set("x", x).set("free", Tensor.of(Shape.of(1, frames), free));
            velocity.set("cosines", Tensor.of(Shape.of(2, 1), 1, (float) Math.cos(angle)));
            velocity.set("sines", Tensor.of(Shape.of(2, 1), 0, (float) Math.sin(angle))).run();
            return Map.of("score", condition.get("score"), "instruments", condition.get("instruments"), "velocity", velocity.get("velocity"));
        }
    }

    private static Graph velocity(DenoiserGraph graphs, int frames) {
        Graph g = Graph.named("nano.velocity");
        Value x = g.input("x", FLOAT32, 1, frames, NanoConfig.LATENT), free = g.input("free", INT32, 1, frames);
        Value cosines = g.input("cosines", FLOAT32, 2, 1), sines = g.input("sines", FLOAT32, 2, 1);
        g.output("velocity", graphs.velocity(x, cosines, sines, rows -> g.add(new Gather(rows, free))));
        return g;
    }
}
