package io.vivace.model.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Denoising.Schedule;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Solvers on an equation whose solution is known: where latents are normal with deviation s, the velocity is
 * {@code (1 − s²)·sin·cos·z / (s²·cos² + sin²)} and z goes with {@code √(s²·cos² + sin²)}, so that it ends at s times where it began.
 */
class SolverTest {
    private static final double DEVIATION = 0.3;

    private static double end(Solver solver, Schedule schedule, int steps) {
        double[] widths = AngleSteps.widths(schedule, steps);
        double z = 1, memory = 0, angle = Math.PI / 2, before = 0;
        for (int i = steps - 1; i >= 0; i--) {
            double cos = Math.cos(angle), sin = Math.sin(angle), variance = DEVIATION * DEVIATION;
            double v = (1 - variance) * sin * cos * z / (variance * cos * cos + sin * sin);
            Solver.Step step = solver.step(angle, widths[i], before);
            double moved = step.latents() * z + step.velocity() * v + step.memory() * memory;
            memory = step.keptLatents() * z + step.keptVelocity() * v;
            z = moved;
            before = widths[i];
            angle -= widths[i];
        }
        return z;
    }

    private static double error(Solver solver, Schedule schedule, int steps) {
        return Math.abs(end(solver, schedule, steps) - DEVIATION);
    }

    @ParameterizedTest @EnumSource void eachSolverHasItsOrder(Schedule schedule) {
        assertEquals(2, error(new FirstOrder(), schedule, 200) / error(new FirstOrder(), schedule, 400), 0.05);
        assertEquals(4, error(new SecondOrder(), schedule, 200) / error(new SecondOrder(), schedule, 400), 0.2);
    }

    @ParameterizedTest @EnumSource void theSecondOrderIsBetterFromFiveStepsOn(Schedule schedule) {
        for (int steps : new int[] {5, 8, 10, 20}) {
            assertTrue(error(new SecondOrder(), schedule, steps) < error(new FirstOrder(), schedule, steps), steps + " steps");
        }
    }

    /** Latents of one value only, 0.7 here: z is on a circle from the start, and the first order is exact. */
    @Test void theFirstOrderFollowsACircleExactly() {
        double data = 0.7, noise = -1.3, angle = Math.PI / 2, z = noise;
        for (double width : new double[] {0.9, 0.4, Math.PI / 2 - 1.3}) {
            Solver.Step step = new FirstOrder().step(angle, width, 0);
            z = step.latents() * z + step.velocity() * (Math.cos(angle) * noise - Math.sin(angle) * data);
            angle -= width;
            assertEquals(Math.cos(angle) * data + Math.sin(angle) * noise, z, 1e-12);
        }
    }

    @ParameterizedTest @EnumSource void aSingleStepIsOfFirstOrder(Schedule schedule) {
        assertEquals(end(new FirstOrder(), schedule, 1), end(new SecondOrder(), schedule, 1));
    }

    @ParameterizedTest @EnumSource void stepsAddUpToARightAngle(Schedule schedule) {
        for (int steps : new int[] {1, 2, 7, 100, Walk.MOST}) assertEquals(Math.PI / 2, Arrays.stream(AngleSteps.widths(schedule, steps)).sum(), 1e-12);
    }
}
