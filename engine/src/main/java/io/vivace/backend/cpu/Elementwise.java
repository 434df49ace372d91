package io.vivace.backend.cpu;

import io.vivace.graph.Arithmetic.Affine;
import io.vivace.graph.Arithmetic.Binary;
import io.vivace.graph.Arithmetic.Mask;
import io.vivace.graph.Arithmetic.MatMul;
import io.vivace.graph.Arithmetic.Reduce;
import io.vivace.graph.Gated;
import io.vivace.graph.Guide;
import io.vivace.graph.Shape;
import java.util.Arrays;

/** Arithmetic on elements, rows and axes. */
final class Elementwise {
    /** Neighbouring elements that are reduced along another axis at once. */
    private static final int STRETCH = 64;

    private Elementwise() {}

    /** @param function null for a plain copy */
    static Kernel apply(Machine machine, Function function, int size, Place x, Place y) {
        if (function == null) return Movement.copy(machine, size, x, y);
        return machine.elements(size, (from, count) ->
                machine.lanes.apply(function, x.floats(), x.at() + from, y.floats(), y.at() + from, count));
    }

    static Kernel affine(Machine machine, Affine op, Place x, Place y) {
        float scale = (float) op.scale(), offset = (float) op.offset();
        return machine.elements(op.shape().size(), (from, count) ->
                machine.lanes.affine(x.floats(), x.at() + from, scale, offset, y.floats(), y.at() + from, count));
    }

    static Kernel binary(Machine machine, Binary op, Place a, Place b, Place y) {
        var meet = new Broadcast(op.a().shape(), op.b().shape(), op.shape());
        if (meet.rows == 1) {
            return machine.elements(meet.length, (from, count) -> machine.lanes.binary(op.kind(), a.floats(), a.at() + from * meet.aStep, meet.aStep,
                    b.floats(), b.at() + from * meet.bStep, meet.bStep, y.floats(), y.at() + from, count));
        }
        return machine.rows(meet.rows, meet.length, (row, thread) -> machine.lanes.binary(op.kind(), a.floats(), a.at() + meet.aAt(row), meet.aStep,
                b.floats(), b.at() + meet.bAt(row), meet.bStep, y.floats(), y.at() + row * meet.length, meet.length));
    }

    static Kernel mask(Machine machine, Mask op, Place x, Place keep, Place y) {
        var meet = new Broadcast(op.x().shape(), op.keep().shape(), op.shape());
        return machine.rows(meet.rows, meet.length, (row, thread) -> {
            int xAt = x.at() + meet.aAt(row), keepAt = keep.at() + meet.bAt(row), yAt = y.at() + row * meet.length;
            for (int i = 0; i < meet.length; i++) {
                y.floats()[yAt + i] = keep.ints()[keepAt + i * meet.bStep] != 0 ? x.floats()[xAt + i * meet.aStep] : Float.NEGATIVE_INFINITY;
            }
        });
    }

    static Kernel gated(Machine machine, Gated op, Place x, Place y) {
        int half = op.shape().last();
        Function function = Function.of(op.activation());
        return machine.rows(op.shape().rows(), half, (row, thread) -> {
            int at = x.at() + 2 * row * half, to = y.at() + row * half;
            if (function == null) System.arraycopy(x.floats(), at, y.floats(), to, half);
            else machine.lanes.apply(function, x.floats(), at, y.floats(), to, half);
            machine.lanes.binary(Binary.Kind.MULTIPLY, y.floats(), to, 1, x.floats(), at + half, 1, y.floats(), to, half);
        });
    }

    static Kernel guide(Machine machine, Guide op, Place both, Place scale, Place y) {
        int size = op.shape().size();
        return machine.elements(size, (from, count) -> {
            float strength = scale.floats()[scale.at()];
            float[] x = both.floats(), out = y.floats();
            int conditional = both.at() + from, none = conditional + size, to = y.at() + from;
            for (int i = 0; i < count; i++) out[to + i] = Math.fma(x[conditional + i] - x[none + i], strength, x[none + i]);
        });
    }

    static Kernel reduce(Machine machine, Reduce op, Place x, Place y) {
        Shape shape = op.x().shape();
        int extent = shape.at(op.axis()), inner = shape.strides()[op.axis()];
        if (inner == 1) {
            return machine.rows(op.shape().size(), extent, (row, thread) -> {
                int at = x.at() + row * extent;
                y.floats()[y.at() + row] = switch (op.kind()) {
                    case SUM -> machine.lanes.sum(x.floats(), at, extent);
                    case MEAN -> machine.lanes.sum(x.floats(), at, extent) / extent;
                    case MAXIMUM -> machine.lanes.maximum(x.floats(), at, extent);
                };
            });
        }
        int stretches = Math.ceilDiv(inner, STRETCH);
        var sums = new double[machine.pool.threads()][STRETCH];
        return machine.rows(op.shape().size() / Math.max(1, inner) * stretches, extent * STRETCH, (row, thread) -> {
            int outer = row / stretches, from = row % stretches * STRETCH, count = Math.min(STRETCH, inner - from);
            reduce(op.kind(), x.floats(), x.at() + outer * extent * inner + from, inner, extent, sums[thread], count);
            int to = y.at() + outer * inner + from;
            double divisor = op.kind() == Reduce.Kind.MEAN ? extent : 1;
            for (int j = 0; j < count; j++) y.floats()[to + j] = (float) (sums[thread][j] / divisor);
        });
    }

    /** Over {@code extent} elements {@code step} apart, for {@code count} neighbours at once. */
    private static void reduce(Reduce.Kind kind, float[] x, int at, int step, int extent, double[] results, int count) {
        Arrays.fill(results, kind == Reduce.Kind.MAXIMUM ? Double.NEGATIVE_INFINITY : 0);
        for (int i = 0; i < extent; i++) {
            int from = at + i * step;
            if (kind == Reduce.Kind.MAXIMUM) for (int j = 0; j < count; j++) results[j] = Math.max(results[j], x[from + j]);
            else for (int j = 0; j < count; j++) results[j] += x[from + j];
        }
    }

    /** Any matrix product, row by row: products with stored weights take {@link Gemm}. */
    static Kernel matMul(Machine machine, MatMul op, Place a, Place b, Place y) {
        Shape shape = op.shape(), left = op.a().shape(), right = op.b().shape();
        int rows = shape.at(-2), columns = shape.last(), inner = left.last();
        var meet = new Broadcast(withoutMatrix(left), withoutMatrix(right), withoutMatrix(shape));
        return machine.rows(shape.rows(), columns * inner, (row, thread) -> {
            int matrix = row / rows, outer = matrix / meet.length, position = matrix % meet.length;
            int aAt = a.at() + ((meet.aAt(outer) + position * meet.aStep) * rows + row % rows) * inner;
            int bAt = b.at() + (meet.bAt(outer) + position * meet.bStep) * inner * columns, yAt = y.at() + row * columns;
            if (op.transposed()) {
                machine.lanes.scores(a.floats(), aAt, b.floats(), bAt, inner, columns, inner, 1, y.floats(), yAt);
            } else {
                Arrays.fill(y.floats(), yAt, yAt + columns, 0);
                machine.lanes.mix(a.floats(), aAt, b.floats(), bAt, columns, inner, columns, y.floats(), yAt);
            }
        });
    }

    private static Shape withoutMatrix(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.toArray(), shape.rank() - 2));
    }
}
