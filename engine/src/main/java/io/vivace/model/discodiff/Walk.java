package io.vivace.model.discodiff;

import io.vivace.BadRequest;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import java.util.Arrays;

/**
 * How latents are made.
 *
 * @param steps    network evaluations
 * @param guidance scale of classifier-free guidance; 1 for none
 */
public record Walk(int steps, Solver solver, double guidance) {
    /**
     * Numbers of a step on the device: shares of latents, prediction, memory and noise in the next latents; shares of latents and prediction in the clean
     * ones; shares of clean latents and noise in noisy ones.
     */
    static final int NUMBERS = 8;

    /** @throws BadRequest if the guidance is not finite */
    public Walk {
        if (!Double.isFinite(guidance)) throw new BadRequest("The guidance scale is " + guidance + "; give a finite number.");
    }

    /** The original's way. */
    public static Walk ancestral(DiscoDiffConfig config) {
        return new Walk(config.steps(), Solver.ANCESTRAL, config.guidance());
    }

    /** Few steps, without fresh noise. */
    public static Walk of(int steps, DiscoDiffConfig config) {
        return new Walk(steps, Solver.MULTISTEP, config.guidance());
    }

    boolean guided() {
        return guidance != 1;
    }

    /** Steps of the diffusion process, and filling: int32 [steps of the process]. */
    Tensor times(Schedule schedule) {
        return Tensor.of(Shape.of(schedule.steps()), Arrays.copyOf(solver.times(schedule, steps), schedule.steps()));
    }

    /** The numbers of all steps, and filling: [steps of the process, {@value #NUMBERS}]. */
    Tensor table(Schedule schedule, DiscoDiffConfig.Prediction prediction) {
        int[] times = solver.times(schedule, steps);
        var table = new float[schedule.steps() * NUMBERS];
        for (int i = 0; i < steps; i++) {
            Solver.Mix mix = solver.clean(schedule, times, i);
            double signal = schedule.signal(times[i]), noise = schedule.noise(times[i]);
            // The clean latents are so much of the noisy ones and so much of the prediction.
            double[] clean = switch (prediction) {
                case VELOCITY -> new double[] {signal, -noise};
                case CLEAN -> new double[] {0, 1};
                case NOISE -> new double[] {1 / signal, -noise / signal};
            };
            double[] numbers = {mix.latents() + mix.clean() * clean[0], mix.clean() * clean[1], mix.memory(), mix.noise(), clean[0], clean[1], signal, noise};
            for (int n = 0; n < NUMBERS; n++) table[i * NUMBERS + n] = (float) numbers[n];
        }
        return Tensor.of(Shape.of(schedule.steps(), NUMBERS), table);
    }

    /** Whether a step adds fresh noise. */
    boolean noisy(int step) {
        return solver == Solver.ANCESTRAL && step < steps - 1;
    }
}
