package io.vivace;

/**
 * How a diffusion model's noise is turned into music.
 *
 * @param steps    network evaluations of a window; 0: as the model likes it
 * @param schedule how the way is cut into steps; null: as the model likes it
 * @param solver   what a step makes of the network's answers; null: as the model likes it
 * @param guidance the part of the steps that is guided
 */
public record Denoising(int steps, Schedule schedule, Solver solver, Interval guidance) {
    public static final int MOST_STEPS = 1000;
    /** Ten steps, linear, first order, guided throughout. */
    public static final Denoising STANDARD = new Denoising(10, Schedule.LINEAR, Solver.FIRST_ORDER, Interval.ALL);

    /** As the model likes it. */
    public static final Denoising MODELS_OWN = new Denoising(0, null, null, Interval.ALL);

    /** The steps' sizes. */
    public enum Schedule {
        /** Small steps at the end, where they are heard: arXiv 2305.15719 §4.3. */
        LINEAR,
        /** All alike. */
        UNIFORM
    }

    /** What a step knows of the steps before. */
    public enum Solver {
        /** Nothing: the update that papers print. */
        FIRST_ORDER,
        /** The answer of the step before, which bends the way. */
        SECOND_ORDER
    }

    /**
     * Steps by their place on the way, from 0, noise, to 1, music.
     *
     * @param from the first that counts
     * @param to   the first that does not
     */
    public record Interval(double from, double to) {
        public static final Interval ALL = new Interval(0, 1);

        /** @throws BadRequest unless 0 ≤ from ≤ to ≤ 1 */
        public Interval {
            if (!(0 <= from && from <= to && to <= 1)) {
                throw new BadRequest("The interval of guided steps must go from at least 0 to at most 1, not from " + from + " to " + to + ".");
            }
        }
    }

    /** @throws BadRequest if the number of steps is out of range */
    public Denoising {
        if (steps < 0 || steps > MOST_STEPS) throw badSteps(steps);
    }

    private static BadRequest badSteps(int steps) {
        return new BadRequest("Steps must be 1 to " + MOST_STEPS + ", not " + steps + ".");
    }

    /** @throws BadRequest if it is not from 1 to 1000 */
    public Denoising withSteps(int steps) {
        if (steps == 0) throw badSteps(steps);
        return new Denoising(steps, schedule, solver, guidance);
    }

    public Denoising withSchedule(Schedule schedule) {
        return new Denoising(steps, schedule, solver, guidance);
    }

    public Denoising withSolver(Solver solver) {
        return new Denoising(steps, schedule, solver, guidance);
    }

    public Denoising withGuidance(Interval guidance) {
        return new Denoising(steps, schedule, solver, guidance);
    }

    /** This, with what it leaves to the model as the model likes it. */
    public Denoising or(Denoising models) {
        return new Denoising(steps == 0 ? models.steps : steps, schedule == null ? models.schedule : schedule,
                solver == null ? models.solver : solver, guidance);
    }
}
