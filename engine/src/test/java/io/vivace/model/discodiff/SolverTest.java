package io.vivace.model.discodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.model.discodiff.Solver.Mix;
import org.junit.jupiter.api.Test;

/** The solvers on data whose clean latents are known exactly. */
class SolverTest {
    private static final Schedule SCHEDULE = Schedule.cosine(100);

    /** Where noise ends when each step sees what Gaussian data would have it see: the share by which it misses the exact end. */
    private static double error(int steps, double deviation) {
        int[] times = Solver.MULTISTEP.times(SCHEDULE, steps);
        double x = 1.3, memory = 0;
        for (int i = 0; i < steps; i++) {
            double signal = SCHEDULE.signal(times[i]), noise = SCHEDULE.noise(times[i]), variance = deviation * deviation;
            double clean = signal * variance * x / (signal * signal * variance + noise * noise);
            Mix mix = Solver.MULTISTEP.clean(SCHEDULE, times, i);
            x = mix.latents() * x + mix.clean() * clean + mix.memory() * memory;
            memory = clean;
        }
        double exact = 1.3 * deviation / Math.hypot(SCHEDULE.signal(99) * deviation, SCHEDULE.noise(99));
        return Math.abs(x - exact) / exact;
    }

    @Test
    void moreStepsComeNearerToTheExactSolution() {
        for (double deviation : new double[] {0.2, 0.7, 1, 1.5}) {
            assertTrue(error(10, deviation) < 2e-2, deviation + ": " + error(10, deviation));
            assertTrue(error(20, deviation) < 5e-3, deviation + ": " + error(20, deviation));
            assertTrue(error(50, deviation) < 2.5e-3, deviation + ": " + error(50, deviation));
        }
    }

    @Test
    void whatIsAlwaysPredictedIsWhatComesOut() {
        for (Solver solver : Solver.values()) {
            int[] times = solver.times(SCHEDULE, 100);
            double x = 2.5;
            for (int i = 0; i < 100; i++) {
                Mix mix = solver.clean(SCHEDULE, times, i);
                x = mix.latents() * x + (mix.clean() + mix.memory()) * 0.4;
            }
            assertEquals(0.4, x, 1e-12);
        }
    }

    @Test
    void stepsGoFromTheNoisyEndToTheCleanOne() {
        assertArrayEquals(new int[] {99}, Solver.MULTISTEP.times(SCHEDULE, 1));
        assertArrayEquals(new int[] {99, 0}, Solver.MULTISTEP.times(SCHEDULE, 2));
        for (int steps : new int[] {3, 10, 50, 100}) {
            int[] times = Solver.MULTISTEP.times(SCHEDULE, steps);
            assertEquals(99, times[0]);
            assertEquals(0, times[steps - 1]);
            for (int i = 1; i < steps; i++) assertTrue(times[i] < times[i - 1]);
        }
        for (int i = 0; i < 100; i++) assertEquals(99 - i, Solver.ANCESTRAL.times(SCHEDULE, 100)[i]);
    }

    /** Fresh noise keeps the variance that the process has at each step. */
    @Test
    void ancestralStepsKeepTheVariance() {
        int[] times = Solver.ANCESTRAL.times(SCHEDULE, 100);
        for (int i = 0; i < 99; i++) {
            Mix mix = Solver.ANCESTRAL.clean(SCHEDULE, times, i);
            double now = SCHEDULE.alphas()[times[i]], next = SCHEDULE.alphas()[times[i + 1]];
            assertEquals(Math.sqrt(next), mix.latents() * Math.sqrt(now) + mix.clean(), 1e-12);
            assertEquals(1 - next, mix.latents() * mix.latents() * (1 - now) + mix.noise() * mix.noise(), 1e-12);
        }
    }
}
