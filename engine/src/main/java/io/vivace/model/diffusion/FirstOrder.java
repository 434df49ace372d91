package io.vivace.model.diffusion;

/**
 * DDIM in angles (arXiv 2202.00512, appendix D): exact as long as the network's idea of latents and noise does not change within the step, so that z turns
 * on a circle with the velocity as its tangent. The paper's sampler.
 */
public record FirstOrder() implements Solver {
    @Override
    public Step step(double angle, double width, double before) {
        return new Step(Math.cos(width), -Math.sin(width), 0, 0, 0);
    }
}
