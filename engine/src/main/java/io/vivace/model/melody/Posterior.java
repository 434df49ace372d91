package io.vivace.model.melody;

import io.vivace.BadRequest;
import io.vivace.graph.Tensor;

/**
 * What the encoder knows about a clip's latents.
 *
 * @param mean        [batch, frames, D]
 * @param logVariance [batch, frames, D]
 * @param scale       by which latents are smaller than means
 */
public record Posterior(Tensor mean, Tensor logVariance, double scale) {

    /** The likeliest latents, as the decoder takes them: [batch, frames, D], within −1 … 1. */
    public Tensor latents() {
        return squeezed(mean.floats().clone());
    }

    /**
     * Latents drawn at random, within −1 … 1.
     *
     * @param noise of the standard normal distribution, [batch, frames, D]
     * @throws BadRequest if the noise has another shape
     */
    public Tensor latents(Tensor noise) {
        if (!noise.shape().equals(mean.shape())) {
            throw new BadRequest("The noise is " + noise.shape() + " where the latents are " + mean.shape() + "; give one number for each latent.");
        }
        float[] drawn = mean.floats().clone();
        for (int i = 0; i < drawn.length; i++) drawn[i] += (float) Math.exp(0.5 * logVariance.floats()[i]) * noise.floats()[i];
        return squeezed(drawn);
    }

    private Tensor squeezed(float[] values) {
        for (int i = 0; i < values.length; i++) values[i] = Math.clamp(values[i] / (float) scale, -1f, 1f);
        return Tensor.of(mean.shape(), values);
    }
}
