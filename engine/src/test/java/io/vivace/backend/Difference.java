package io.vivace.backend;

import io.vivace.graph.Tensor;
import java.util.Arrays;

/** How far two tensors are apart. */
final class Difference {
    private Difference() {}

    /**
     * Relative L2 error of the finite elements. Infinite ones must be equal, and integers too: otherwise, and where a NaN
     * stands in one only, the error is infinite.
     */
    static double between(Tensor expected, Tensor actual) {
        if (!expected.shape().equals(actual.shape()) || expected.dtype() != actual.dtype()) return Double.POSITIVE_INFINITY;
        if (expected.ints() != null) return Arrays.equals(expected.ints(), actual.ints()) ? 0 : Double.POSITIVE_INFINITY;
        double error = 0, norm = 0;
        for (int i = 0; i < expected.floats().length; i++) {
            double e = expected.floats()[i], a = actual.floats()[i];
            if (Double.isFinite(e) && Double.isFinite(a)) {
                error += (a - e) * (a - e);
                norm += e * e;
            } else if (Double.compare(e, a) != 0) {
                return Double.POSITIVE_INFINITY;
            }
        }
        return error == 0 ? 0 : Math.sqrt(error / norm);
    }
}
