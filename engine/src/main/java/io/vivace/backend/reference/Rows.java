package io.vivace.backend.reference;

import io.vivace.graph.Arithmetic.MatMul;
import io.vivace.graph.Arithmetic.Nearest;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Shape;
import java.util.Arrays;

/** Sums, products and choices along an axis. */
final class Rows {
    private Rows() {}

    static double[] matMul(MatMul op, double[] a, double[] b) {
        Shape shape = op.shape(), left = op.a().shape(), right = op.b().shape();
        int rows = shape.at(-2), columns = shape.last(), inner = left.last();
        double[] y = new double[shape.size()];
        int matrices = rows * columns == 0 ? 0 : y.length / (rows * columns);
        for (int i = 0; i < matrices; i++) {
            int fromA = matrix(left, shape, i) * rows * inner, fromB = matrix(right, shape, i) * columns * inner;
            for (int row = 0; row < rows; row++) {
                int to = (i * rows + row) * columns;
                if (op.transposed()) dots(a, fromA + row * inner, b, fromB, inner, y, to, columns);
                else sums(a, fromA + row * inner, b, fromB, inner, y, to, columns);
            }
        }
        return y;
    }

    /** Which matrix of the operand is broadcast to matrix i of the result. */
    private static int matrix(Shape operand, Shape result, int i) {
        int source = 0, step = 1, rest = i;
        for (int axis = 3; axis <= operand.rank(); axis++) {
            int at = rest % result.at(-axis);
            rest /= result.at(-axis);
            if (operand.at(-axis) != 1) source += at * step;
            step *= operand.at(-axis);
        }
        return source;
    }

    private static void dots(double[] a, int fromA, double[] b, int fromB, int inner, double[] y, int to, int columns) {
        for (int column = 0; column < columns; column++) {
            double sum = 0;
            int row = fromB + column * inner;
            for (int k = 0; k < inner; k++) sum += a[fromA + k] * b[row + k];
            y[to + column] = sum;
        }
    }

    private static void sums(double[] a, int fromA, double[] b, int fromB, int inner, double[] y, int to, int columns) {
        for (int k = 0; k < inner; k++) {
            double factor = a[fromA + k];
            int row = fromB + k * columns;
            for (int column = 0; column < columns; column++) y[to + column] += factor * b[row + column];
        }
    }

    static double[] reduce(Reduce op, double[] x) {
        Shape shape = op.x().shape();
        int count = shape.at(op.axis()), inner = shape.strides()[op.axis()];
        double[] y = new double[op.shape().size()];
        for (int i = 0; i < y.length; i++) {
            int first = i / inner * count * inner + i % inner;
            double sum = 0, maximum = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < count; k++) {
                sum += x[first + k * inner];
                maximum = Math.max(maximum, x[first + k * inner]);
            }
            y[i] = switch (op.kind()) {
                case SUM -> sum;
                case MEAN -> sum / count;
                case MAXIMUM -> maximum;
            };
        }
        return y;
    }

    /** Each row of the given length to exponentials that sum to 1, or to zeros if it holds nothing but −∞. */
    static double[] softmax(double[] x, int length) {
        double[] y = new double[x.length];
        for (int from = 0; from < x.length; from += length) {
            double maximum = Arrays.stream(x, from, from + length).max().orElseThrow();
            if (maximum == Double.NEGATIVE_INFINITY) continue;
            double sum = 0;
            for (int i = from; i < from + length; i++) sum += y[i] = Math.exp(x[i] - maximum);
            for (int i = from; i < from + length; i++) y[i] /= sum;
        }
        return y;
    }

    static int[] nearest(Nearest op, double[] x, double[] table) {
        int channels = op.table().shape().last(), rows = op.table().shape().at(0);
        int[] y = new int[op.shape().size()];
        for (int i = 0; i < y.length; i++) {
            double least = Double.POSITIVE_INFINITY;
            for (int row = 0; row < rows; row++) {
                double distance = distance(x, i * channels, table, row * channels, channels);
                if (distance < least) {
                    least = distance;
                    y[i] = row;
                }
            }
        }
        return y;
    }

    private static double distance(double[] x, int fromX, double[] table, int fromTable, int channels) {
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            double difference = x[fromX + c] - table[fromTable + c];
            sum += difference * difference;
        }
        return sum;
    }
}
