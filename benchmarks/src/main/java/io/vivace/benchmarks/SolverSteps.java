package io.vivace.benchmarks;

import io.vivace.Listener;
import io.vivace.Options;
import io.vivace.backend.Backend;
import io.vivace.backend.Backends;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.discodiff.Conditions;
import io.vivace.model.discodiff.DiscoDiff;
import io.vivace.model.discodiff.DiscoDiffConfig;
import io.vivace.model.discodiff.Noise;
import io.vivace.model.discodiff.Solver;
import io.vivace.model.discodiff.Walk;
import io.vivace.weights.ModelFile;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * How far few steps of the second stage are off: {@code SolverSteps FILE FRAMES}. Prints relative L2 errors of the normalised latents that are made, against
 * all steps of the same solver and against the original's sampler, as a table.
 */
public final class SolverSteps {
    private static final int TOKENS = 12, CLIPS = 4;

    private SolverSteps() {}

    public static void main(String[] arguments) {
        try (var model = ModelFile.open(Path.of(arguments[0])); Backend cpu = Backends.open(Options.standard());
                var stage = new DiscoDiff(DiscoDiffConfig.of(model.config().object("second")), cpu, model)) {
            DiscoDiffConfig config = stage.config();
            int frames = config.padded(Integer.parseInt(arguments[1])), all = config.steps();
            System.out.println("| guidance | steps | against " + all + " steps | against the ancestral sampler |\n|---|---|---|---|");
            for (double guidance : new double[] {1, config.guidance()}) {
                float[] many = made(stage, new Walk(all, Solver.MULTISTEP, guidance), frames);
                float[] ancestral = made(stage, new Walk(all, Solver.ANCESTRAL, guidance), frames);
                for (int steps : new int[] {10, 20, 50, all}) {
                    float[] few = made(stage, new Walk(steps, Solver.MULTISTEP, guidance), frames);
                    System.out.printf(Locale.ROOT, "| %.0f | %d | %.1e | %.2f |%n", guidance, steps, error(few, many), error(few, ancestral));
                }
            }
        }
    }

    /** Latents of all codebooks but the first. */
    private static float[] made(DiscoDiff stage, Walk walk, int frames) {
        DiscoDiffConfig config = stage.config();
        Noise noise = (draw, frame, shape) -> normal(1000 + draw, shape);
        Tensor start = normal(1, Shape.of(CLIPS, frames, config.latents()));
        var conditions = new Conditions(normal(2, Shape.of(CLIPS, TOKENS, config.text())), null);
        float[] latents = stage.sample(start, null, 0, conditions, noise, walk, new Run(Listener.NONE, walk.steps())).floats();
        var made = new float[CLIPS * frames * config.made()];
        for (int row = 0; row < CLIPS * frames; row++) {
            System.arraycopy(latents, row * config.latents() + config.codebookDim(), made, row * config.made(), config.made());
        }
        return made;
    }

    private static Tensor normal(long seed, Shape shape) {
        var random = new Random(seed);
        var numbers = new float[shape.size()];
        for (int i = 0; i < numbers.length; i++) numbers[i] = (float) random.nextGaussian();
        return Tensor.of(shape, numbers);
    }

    private static double error(float[] got, float[] want) {
        double difference = 0, size = 0;
        for (int i = 0; i < want.length; i++) {
            difference += Math.pow((double) got[i] - want[i], 2);
            size += Math.pow(want[i], 2);
        }
        return Math.sqrt(difference / size);
    }
}
