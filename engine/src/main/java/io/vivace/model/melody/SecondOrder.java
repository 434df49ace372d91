package io.vivace.model.melody;

/**
 * Two velocities a step, the last one remembered. With t the angle walked so far, the way from noise to latents obeys {@code z″ + z = g}: where the network's idea
 * of latents and noise stands still, g is 0 and z goes on a circle, which is {@link FirstOrder}; else g is what drives it off. Between this step's beginning
 * and the last one's, {@code width = w₁} back, the velocities v and v₁ say {@code g = z + (v₁ − v·cos w₁) / sin w₁}, and with g kept for the step of width w
 *
 * <pre>z′ = z·cos w − v·sin w + g·(1 − cos w) = z − v·(sin w + c·cos w₁) + v₁·c,  c = (1 − cos w) / sin w₁.</pre>
 *
 * For small steps that is Adams and Bashforth's second formula. It is regular at both ends, where methods in the logarithm of the signal's strength, as
 * DPM-Solver++(2M) (arXiv 2211.01095), are not: at angle π/2 and at 0 that is infinite, and they fall back to first order in the first two steps and the last.
 * Here only the first step does, which has no step before it.
 */
public record SecondOrder() implements Solver {
    @Override
    public Step step(double angle, double width, double before) {
        if (before == 0) return new Step(Math.cos(width), -Math.sin(width), 0, 0, 1);
        double share = (1 - Math.cos(width)) / Math.sin(before);
        return new Step(1, -Math.sin(width) - share * Math.cos(before), share, 0, 1);
    }
}
