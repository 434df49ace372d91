package io.vivace.cli.parity;

import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Numbers with a shape, row-major: floats or whole numbers.
 *
 * @param floats null for whole numbers
 * @param ints   null for floats
 */
record Values(int[] dims, float[] floats, int[] ints) {

    static Values of(Tensor tensor) {
        return tensor.dtype() == io.vivace.graph.DType.INT32 ? new Values(tensor.shape().toArray(), null, tensor.ints())
                : new Values(tensor.shape().toArray(), tensor.floats(), null);
    }

    /** A nested array of int or float: rows of equal length. */
    static Values of(Object nested) {
        int[] dims = dims(nested);
        Stream<Object> leaves = leaves(nested, dims.length - 1);
        List<Object> rows = leaves.toList();
        if (rows.getFirst() instanceof int[]) return new Values(dims, null, rows.stream().flatMapToInt(row -> Arrays.stream((int[]) row)).toArray());
        var floats = new float[rows.size() * dims[dims.length - 1]];
        for (int i = 0; i < rows.size(); i++) System.arraycopy(rows.get(i), 0, floats, i * dims[dims.length - 1], dims[dims.length - 1]);
        return new Values(dims, floats, null);
    }

    private static int[] dims(Object nested) {
        return switch (nested) {
            case int[] row -> new int[] {row.length};
            case float[] row -> new int[] {row.length};
            case Object[] rows -> {
                int[] inner = dims(rows[0]), dims = new int[inner.length + 1];
                dims[0] = rows.length;
                System.arraycopy(inner, 0, dims, 1, inner.length);
                yield dims;
            }
            default -> throw new IllegalArgumentException("not an array of numbers: " + nested.getClass());
        };
    }

    private static Stream<Object> leaves(Object nested, int depth) {
        return depth == 0 ? Stream.of(nested) : Arrays.stream((Object[]) nested).flatMap(inner -> leaves(inner, depth - 1));
    }

    /** Floats [a, b, c] as [a, c, b]: originals keep time last, the engine channels. */
    Values turned() {
        int rows = dims[1], columns = dims[2];
        var turned = new float[floats.length];
        for (int i = 0; i < turned.length; i++) turned[i / columns / rows * rows * columns + i % columns * rows + i / columns % rows] = floats[i];
        return new Values(new int[] {dims[0], columns, rows}, turned, null);
    }

    /** Floats as a tensor. */
    Tensor tensor() {
        return Tensor.of(Shape.of(dims), floats);
    }

    boolean whole() {
        return ints != null;
    }

    /** Relative L2 error: ‖this − want‖ / ‖want‖ in double; NaN compares as infinitely wrong. */
    double distance(Values want) {
        double difference = 0, size = 0;
        for (int i = 0; i < want.floats.length; i++) {
            double d = (double) floats[i] - want.floats[i];
            difference += d * d;
            size += (double) want.floats[i] * want.floats[i];
        }
        if (difference == 0) return 0;
        double error = Math.sqrt(difference / size);
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }

    int mismatches(Values want) {
        int count = 0;
        for (int i = 0; i < ints.length; i++) if (ints[i] != want.ints[i]) count++;
        return count;
    }
}
