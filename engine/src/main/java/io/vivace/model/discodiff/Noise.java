package io.vivace.model.discodiff;

import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;

/** Where a run's Gaussian numbers come from. */
@FunctionalInterface
public interface Noise {

    /**
     * Independent numbers of mean 0 and variance 1, the same whenever asked for: frames that two windows share get the same in both.
     *
     * @param draw  0 for the latents that the run begins with, 1 + i for what step i adds
     * @param frame number of the first frame within the clip
     * @param shape [clips, frames, channels]
     */
    Tensor draw(int draw, long frame, Shape shape);
}
