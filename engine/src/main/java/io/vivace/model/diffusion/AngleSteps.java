package io.vivace.model.diffusion;

import io.vivace.Denoising.Schedule;
import java.util.Arrays;

/** How the way from angle π/2, which is noise, to 0 is cut into steps. arXiv 2305.15719 §4.3, eq. 8 and 9. */
public final class AngleSteps {
    private AngleSteps() {}

    /**
     * Widths of steps 1 … count, which are walked from the last to the first; their sum is π/2. Linear ones grow with the angle, from 3/2 of the mean at
     * the noise to about half of it at the end.
     */
    public static double[] widths(Schedule schedule, int count) {
        var widths = new double[count];
        Arrays.setAll(widths, i -> switch (schedule) {
            case LINEAR -> Math.PI / (6.0 * count) + 2 * Math.PI * (i + 1) / (3.0 * count * (count + 1));
            case UNIFORM -> Math.PI / (2.0 * count);
        });
        return widths;
    }
}
