package io.vivace.backend;

import io.vivace.graph.Graph;
import io.vivace.graph.Op;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.util.Arrays;
import java.util.Random;

/**
 * One piece of work, done in two ways that must agree.
 *
 * @param name   of the work and both ways
 * @param wide   greatest relative L2 error in float32; 0: the same bits
 * @param narrow the same in bfloat16
 */
record Twin(String name, double wide, double narrow, Ways ways) {

    /** Does it both ways; returns two arrays of the same length. */
    interface Ways {
        float[][] both(Backend backend, boolean narrow);
    }

    /** Builds the operation for so many rows or frames of the input "x". */
    interface Work {
        Op of(Graph g, Made weights, int count);
    }

    double tolerance(boolean bfloat16) {
        return bfloat16 ? narrow : wide;
    }

    /** Relative L2 error; infinite where one has a number and the other none. */
    double error(Backend backend, boolean bfloat16) {
        float[][] both = ways.both(backend, bfloat16);
        return Difference.between(Tensor.of(Shape.of(both[0].length), both[0]), Tensor.of(Shape.of(both[1].length), both[1]));
    }

    /** The first rows of many, and these alone. A row may also be an item of a batch. */
    static Twin ofRows(String name, int few, int many, int rowElements, double tolerance, Work work) {
        return new Twin(name + ", " + few + " of " + many, tolerance, tolerance, (backend, _) -> {
            float[] x = normal(many * rowElements);
            float[] alone = run(backend, Arrays.copyOf(x, few * rowElements), (g, w, _) -> work.of(g, w, few));
            return new float[][] {Arrays.copyOf(run(backend, x, (g, w, _) -> work.of(g, w, many)), alone.length), alone};
        });
    }

    /** All frames at once, and one by one. */
    static Twin ofFrames(String name, int batch, int frames, int channels, double wide, double narrow, Work work) {
        return new Twin(name + ", batch " + batch, wide, narrow, (backend, _) -> {
            float[] x = normal(batch * frames * channels), together = run(backend, x, (g, w, _) -> work.of(g, w, frames));
            return new float[][] {together, stepwise(backend, x, batch, frames, channels, work)};
        });
    }

    private static float[] stepwise(Backend backend, float[] x, int batch, int frames, int channels, Work work) {
        Graph g = Graph.named("step");
        var weights = new Made(g);
        Value y = g.output("y", g.add(work.of(g, weights, 1)));
        Twins.advance(g);
        int width = y.shape().last();
        var all = new float[batch * frames * width];
        try (Backend.Session session = backend.open(weights.weights)) {
            Program program = session.compile(g);
            var frame = new float[batch * channels];
            for (int t = 0; t < frames; t++) {
                for (int b = 0; b < batch; b++) System.arraycopy(x, (b * frames + t) * channels, frame, b * channels, channels);
                program.set("x", Tensor.of(Shape.of(batch, 1, channels), frame)).run();
                float[] result = program.get("y").floats();
                for (int b = 0; b < batch; b++) System.arraycopy(result, b * width, all, (b * frames + t) * width, width);
            }
        }
        return all;
    }

    static float[] run(Backend backend, float[] x, Work work) {
        Graph g = Graph.named("twin");
        var weights = new Made(g);
        g.output("y", g.add(work.of(g, weights, 0)));
        try (Backend.Session session = backend.open(weights.weights)) {
            Program program = session.compile(g);
            program.set("x", Tensor.of(g.input("x").shape(), x)).run();
            return program.get("y").floats();
        }
    }

    static float[] normal(int count) {
        return numbers("x", count, 1);
    }

    private static float[] numbers(String name, int count, double scale) {
        var random = new Random(name.hashCode());
        var numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = (float) (scale * random.nextGaussian());
        return numbers;
    }

    /** Weights out of their names: the same for both ways. */
    static final class Made {
        private final Graph graph;
        private final MemoryWeights weights = new MemoryWeights();

        Made(Graph graph) {
            this.graph = graph;
        }

        Value matrix(String name, Storage storage, int outputs, int inputs) {
            weights.matrix(name, storage, outputs, inputs, numbers(name, outputs * inputs, 1 / Math.sqrt(inputs)));
            return graph.weight(name, outputs, inputs);
        }

        Value vector(String name, int size) {
            weights.vector(name, numbers(name, size, 1));
            return graph.weight(name, size);
        }

        Value table(String name, int rows, int channels) {
            weights.table(name, Storage.FLOAT32, new int[] {rows, channels}, numbers(name, rows * channels, 1));
            return graph.weight(name, rows, channels);
        }

        /** Numbers from −2 on. */
        Value decays(String name, int... extents) {
            float[] rates = numbers(name, Shape.of(extents).size(), 1);
            for (int i = 0; i < rates.length; i++) rates[i] = -Math.min(2, 0.1f + Math.abs(rates[i]));
            if (extents.length == 1) weights.vector(name, rates);
            else weights.table(name, Storage.FLOAT32, extents, rates);
            return graph.weight(name, extents);
        }
    }
}
