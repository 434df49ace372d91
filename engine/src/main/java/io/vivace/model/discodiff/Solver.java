package io.vivace.model.discodiff;

import io.vivace.BadRequest;
import java.util.stream.IntStream;

/** How noise becomes latents: which steps are taken, and what each makes of latents, prediction, memory and fresh noise. */
public enum Solver {
    /** The original: all steps of the diffusion process, with fresh noise in each but the last. arXiv 2006.11239, algorithm 2. */
    ANCESTRAL {
        @Override
        int[] times(Schedule schedule, int steps) {
            if (steps == schedule.steps()) return IntStream.range(0, steps).map(i -> steps - 1 - i).toArray();
            throw new BadRequest("The ancestral sampler takes all " + schedule.steps() + " steps of the model, not " + steps
                    + "; ask for these, or take the multistep solver.");
        }

        @Override
        Mix clean(Schedule schedule, int[] times, int i) {
            int t = times[i];
            double now = schedule.alphas()[t], before = t == 0 ? 1 : schedule.alphas()[t - 1], step = now / before;
            double variance = (1 - step) * (1 - before) / (1 - now);
            return new Mix((1 - before) * Math.sqrt(step) / (1 - now), (1 - step) * Math.sqrt(before) / (1 - now), 0, Math.sqrt(variance));
        }
    },

    /** DPM-Solver++(2M): few steps, no fresh noise. arXiv 2211.01095, algorithm 2; the first and the last step are of first order. */
    MULTISTEP {
        @Override
        int[] times(Schedule schedule, int steps) {
            if (steps >= 1 && steps <= schedule.steps()) return StepChoice.of(schedule, steps);
            throw new BadRequest("The sampler cannot take " + steps + " steps; ask for 1 to " + schedule.steps() + ".");
        }

        @Override
        Mix clean(Schedule schedule, int[] times, int i) {
            if (i == times.length - 1) return new Mix(0, 1, 0, 0);
            int now = times[i], next = times[i + 1];
            double width = schedule.logRatio(next) - schedule.logRatio(now), part = -schedule.signal(next) * Math.expm1(-width);
            double kept = schedule.noise(next) / schedule.noise(now);
            if (i == 0) return new Mix(kept, part, 0, 0);
            double beyond = width / (2 * (schedule.logRatio(now) - schedule.logRatio(times[i - 1])));
            return new Mix(kept, part * (1 + beyond), -part * beyond, 0);
        }
    };

    /**
     * What the next latents consist of.
     *
     * @param latents share of those before
     * @param clean   share of the clean latents that the network predicts now,
     * @param memory  and predicted in the step before
     * @param noise   share of fresh noise
     */
    record Mix(double latents, double clean, double memory, double noise) {}

    /** The steps of the diffusion process that are taken, from noise to clean. */
    abstract int[] times(Schedule schedule, int steps);

    /** The {@code i}-th step taken. */
    abstract Mix clean(Schedule schedule, int[] times, int i);
}
