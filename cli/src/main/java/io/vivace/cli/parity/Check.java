package io.vivace.cli.parity;

import java.util.Arrays;
import java.util.Locale;

/**
 * One output beside its expectation.
 *
 * @param output    name of the output
 * @param error     relative L2 error of floats, number of wrong elements of whole numbers; infinite when they cannot be compared
 * @param tolerance greatest error that passes
 * @param says      error and tolerance in words
 */
public record Check(String output, double error, double tolerance, String says) {

    static Check of(String output, Values want, Values got, double tolerance) {
        if (got == null) return new Check(output, Double.POSITIVE_INFINITY, 0, "was not computed");
        if (!Arrays.equals(want.dims(), got.dims()) || want.whole() != got.whole()) {
            return new Check(output, Double.POSITIVE_INFINITY, 0, "has shape " + Arrays.toString(got.dims()) + ", not " + Arrays.toString(want.dims()));
        }
        if (want.whole()) return counted(output, got.mismatches(want), want.ints().length);
        double error = got.distance(want);
        return new Check(output, error, tolerance, String.format(Locale.ROOT, "relative L2 %.2e, at most %.0e", error, tolerance));
    }

    /** Of so many elements that must be equal, how many are not. */
    static Check counted(String output, int wrong, int all) {
        return new Check(output, wrong, 0, wrong == 0 ? "equal" : wrong + " of " + all + " differ");
    }

    public boolean passed() {
        return error <= tolerance;
    }
}
