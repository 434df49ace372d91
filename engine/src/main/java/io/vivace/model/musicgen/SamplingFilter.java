package io.vivace.model.musicgen;

import io.vivace.backend.Backend;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Guide;
import io.vivace.graph.Sampling;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.Weights;

/** The steps between logits and the draw, by themselves, to compare with the original's logits processors. */
public final class SamplingFilter {

    /** @param guided logits after guidance, [rows, vocabulary] */
    public record Outcome(Tensor guided, Tensor probabilities) {}

    private SamplingFilter() {}

    /**
     * Guidance, temperature, top-k, top-p.
     *
     * @param conditional   logits, [rows, vocabulary]
     * @param unconditional like conditional
     */
    public static Outcome of(Tensor conditional, Tensor unconditional, double guidance, double temperature, int topK, double topP,
            Backend backend, Weights weights) {
        int rows = conditional.shape().at(0), vocabulary = conditional.shape().at(1);
        Graph g = Graph.named("sampling filter");
        Value both = g.concat(0, g.input("conditional", DType.FLOAT32, rows, 1, vocabulary),
                g.input("unconditional", DType.FLOAT32, rows, 1, vocabulary));
        Value guided = g.output("guided", g.add(new Guide(both, g.input("guidance", DType.FLOAT32, 1))));
        g.output("probabilities", g.add(new Sampling.Probabilities(guided, g.input("settings", DType.FLOAT32, rows, Sampling.SETTINGS))));
        var settings = new float[rows * Sampling.SETTINGS];
        for (int row = 0; row < rows; row++) {
            settings[3 * row] = (float) temperature;
            settings[3 * row + 1] = topK;
            settings[3 * row + 2] = (float) topP;
        }
        try (var session = backend.open(weights)) {
            var program = session.compile(g);
            Shape shape = Shape.of(rows, 1, vocabulary);
            program.set("conditional", Tensor.of(shape, conditional.floats()))
                    .set("unconditional", Tensor.of(shape, unconditional.floats()))
                    .set("guidance", Tensor.of(Shape.of(1), (float) guidance))
                    .set("settings", Tensor.of(Shape.of(rows, Sampling.SETTINGS), settings)).run();
            return new Outcome(flat(program.get("guided")), flat(program.get("probabilities")));
        }
    }

    private static Tensor flat(Tensor rows) {
        return Tensor.of(Shape.of(rows.shape().at(0), rows.shape().at(2)), rows.floats());
    }
}
