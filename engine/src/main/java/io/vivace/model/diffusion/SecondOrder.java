package io.vivace.model.diffusion;

/**
 * Adams and Bashforth's second formula for uneven steps: the velocity of the last step, remembered, says how the velocity changes with the angle, and the step
 * of width w takes that along, {@code z − w·v − w²/(2·w₁)·(v − v₁)}, where v₁ is the last step's velocity and w₁ its width. The first step has none before it
 * and goes straight; where it is the only one, it is of first order. Angles are finite at both ends, so that no further step must fall back, as
 * those of methods in the logarithm of the signal's strength do (DPM-Solver++(2M), arXiv 2211.01095: the first two and the last).
 */
public record SecondOrder() implements Solver {
    @Override
    public Step step(double angle, double width, double before) {
        if (before == 0 && width >= angle) return new FirstOrder().step(angle, width, before);
        double share = before == 0 ? 0 : width * width / (2 * before);
        return new Step(1, -(width + share), share, 0, 1);
    }
}
