package io.vivace.model.diffusion;

/**
 * How latents move over a step of the angle, given the velocity at its beginning: linearly in the latents z, the velocity v, and a memory m that the
 * step before left behind. A solver is thus a few numbers a step, and all of them are run by the same program.
 */
public sealed interface Solver permits FirstOrder, SecondOrder {

    /**
     * The numbers of one step: {@code z' = latents·z + velocity·v + memory·m} and {@code m' = keptLatents·z + keptVelocity·v}.
     */
    record Step(double latents, double velocity, double memory, double keptLatents, double keptVelocity) {}

    /**
     * The numbers of a step.
     *
     * @param angle  at the beginning of the step, in (0, π/2]
     * @param width  of the step, in (0, angle]
     * @param before width of the step before, 0 for the first one
     */
    Step step(double angle, double width, double before);
}
