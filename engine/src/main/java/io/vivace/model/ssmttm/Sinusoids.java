package io.vivace.model.ssmttm;

import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;

/** Positions as the original adds them: cosines, then sines of position / 10000^(i / (half − 1)), in float32. */
final class Sinusoids {
    private static final double LONGEST_PERIOD = 10000;

    private Sinusoids() {}

    /** Those of {@code count} positions from {@code first} on: [count, channels]. */
    static Tensor of(int first, int count, int channels) {
        int half = channels / 2;
        var table = new float[count * channels];
        for (int i = 0; i < half; i++) {
            float period = (float) Math.pow(LONGEST_PERIOD, (float) i / (half - 1));
            for (int p = 0; p < count; p++) {
                float phase = (first + p) / period;
                table[p * channels + i] = (float) Math.cos(phase);
                table[p * channels + half + i] = (float) Math.sin(phase);
            }
        }
        return Tensor.of(Shape.of(count, channels), table);
    }
}
