package io.vivace.model.discodiff;

import java.util.Arrays;

/**
 * Which steps of the diffusion process a solver of second order takes, if it takes few: those for which the bound of its error is least. A step of the
 * width h errs by α·h³ at most, α being the signal's share behind it and h measured by {@link Schedule#logRatio}. Steps even in time would be far too wide
 * at the noisy end, steps even in h finer there than the process is.
 */
final class StepChoice {
    private StepChoice() {}

    /** So many steps, from the process's noisy end to its clean one. */
    static int[] of(Schedule schedule, int steps) {
        int last = schedule.steps() - 1;
        if (steps == 1) return new int[] {last};
        double[] error = new double[last + 1];
        int[][] before = new int[steps][last + 1];
        Arrays.fill(error, 0, last, Double.POSITIVE_INFINITY);
        for (int i = 1; i < steps; i++) error = extended(schedule, error, before[i]);
        int[] chosen = new int[steps];
        for (int i = steps - 1; i > 0; i--) chosen[i - 1] = before[i][chosen[i]];
        return chosen;
    }

    /**
     * One step more.
     *
     * @param error  least error of a way that ends with each step of the process
     * @param before for each step of the process, the one before it on the best way that is longer by one
     * @return error of these ways
     */
    private static double[] extended(Schedule schedule, double[] error, int[] before) {
        var least = new double[error.length];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        for (int to = 0; to < error.length; to++) {
            for (int from = to + 1; from < error.length; from++) {
                double width = schedule.logRatio(to) - schedule.logRatio(from), sum = error[from] + schedule.signal(to) * width * width * width;
                if (sum < least[to]) {
                    least[to] = sum;
                    before[to] = from;
                }
            }
        }
        return least;
    }
}
