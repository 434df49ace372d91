package io.vivace.model.discodiff;

import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import java.util.stream.IntStream;

/**
 * How much of the latents is left at each step of the diffusion process: the cosine of arXiv 2102.09672 §3.2, no step taking more than 0.999 of it.
 *
 * @param alphas for each step, the share of the variance that is not noise; the original's alphas_cumprod
 */
record Schedule(double[] alphas) {
    private static final double OFFSET = 0.008, MOST = 0.999;

    static Schedule cosine(int steps) {
        var alphas = new double[steps];
        double product = 1, before = 1;
        for (int t = 0; t < steps; t++) {
            double now = share((t + 1.0) / steps);
            product *= 1 - Math.min(Math.max(0, 1 - now / before), MOST);
            before = now;
            alphas[t] = product;
        }
        return new Schedule(alphas);
    }

    /** At a part of the way, against the beginning. */
    private static double share(double part) {
        double angle = (part + OFFSET) / (1 + OFFSET) * Math.PI / 2, first = OFFSET / (1 + OFFSET) * Math.PI / 2;
        return Math.pow(Math.cos(angle) / Math.cos(first), 2);
    }

    int steps() {
        return alphas.length;
    }

    /** Share of the clean latents in the noisy ones. */
    double signal(int step) {
        return Math.sqrt(alphas[step]);
    }

    /** Share of the noise in them. */
    double noise(int step) {
        return Math.sqrt(1 - alphas[step]);
    }

    /** Logarithm of the clean latents' share over the noise's: what a solver walks along, arXiv 2206.00927 §3. */
    double logRatio(int step) {
        return Math.log(signal(step) / noise(step));
    }

    /** Steps as sinusoids, sines first: [steps, width]. In float32 as the original, whose rounding the network knows. */
    static Tensor sinusoids(int[] steps, int width) {
        int half = width / 2;
        float[] frequencies = new float[half], all = new float[steps.length * width];
        float logarithm = (float) -(Math.log(10000) / (half - 1));
        IntStream.range(0, half).forEach(i -> frequencies[i] = (float) Math.exp(i * logarithm));
        for (int row = 0; row < steps.length; row++) {
            for (int i = 0; i < half; i++) {
                float angle = steps[row] * frequencies[i];
                all[row * width + i] = (float) Math.sin(angle);
                all[row * width + half + i] = (float) Math.cos(angle);
            }
        }
        return Tensor.of(Shape.of(steps.length, width), all);
    }
}
